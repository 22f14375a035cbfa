/** How large an archive and what is in it may be. A plugin that needs more is installed, not unpacked. */
export interface ArchiveLimits {
  /** Bytes of the archive itself. */
  readonly archive: number;
  /** Bytes of all files together. */
  readonly bytes: number;
  /** Files and folders, including folders that are only part of a path. */
  readonly entries: number;
  /** Folders inside each other. */
  readonly depth: number;
  /** Bytes of a path. */
  readonly path: number;
  /** Bytes of one name in a path: what file systems allow. */
  readonly name: number;
  /** How many times larger than the archive its files may be together, beyond the first {@link unpressed} bytes. */
  readonly ratio: number;
  /** Bytes for which the ratio does not count: a small archive of text may be compressed a lot. */
  readonly unpressed: number;
}

export const archiveLimits: ArchiveLimits = {
  archive: 128 * 2 ** 20,
  bytes: 256 * 2 ** 20,
  entries: 20_000,
  depth: 32,
  path: 1024,
  name: 255,
  ratio: 200,
  unpressed: 16 * 2 ** 20,
};

/** Returns how many bytes an archive of this size may unpack to. */
export function mostUnpacked(archiveBytes: number, { bytes, ratio, unpressed }: ArchiveLimits): number {
  return Math.min(bytes, Math.max(unpressed, archiveBytes * ratio));
}
