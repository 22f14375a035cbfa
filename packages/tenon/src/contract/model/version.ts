const identifier = String.raw`(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)`;
const number = String.raw`(?:0|[1-9]\d*)`;
const source = String.raw`${number}\.${number}\.${number}(?:-${identifier}(?:\.${identifier})*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?`;

const whole = new RegExp(`^${source}$`);

/** Matches a version exactly at `lastIndex`. */
export const versionHere = new RegExp(source, "y");

/** Whether the text is a version (semver.org, 2.0.0): `1.0.0-rc.1+build`. */
export function isVersion(text: string): boolean {
  return text.length <= 255 && whole.test(text);
}
