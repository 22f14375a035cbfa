/** The numbers of a Go release. A release without a patch number ("go1.20", "go1.27rc1") has patch 0. */
export interface GoVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * Parses the version of a Go toolchain: "go1.26.8", "go1.27rc1", "go1.24.3 X:boringcrypto",
 * "go1.22.12-vendor", "devel go1.28-4f2a3c1 …".
 *
 * @returns `undefined` for versions without a release number ("devel +4f2a3c1", "unknown").
 */
export function parseGoVersion(text: string): GoVersion | undefined {
  const match = /^(?:devel )?go(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?![\d.])/.exec(text);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}
