import { archiveInvalid, archiveTooLarge } from "../../errors/factories/archive.js";
import { textOfName } from "./paths.js";

/** An entry as the directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header is. */
  readonly offset: number;
  /** The type and permissions on a POSIX system, if it was packed on one. */
  readonly mode: number | undefined;
}

const endLength = 22;
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const entryLength = 46;
const mostComment = 0xffff;
/** Compression level (1, 2), sizes after the content (3), names in UTF-8 (11). */
const knownFlags = 0b1000_0000_1110;
const encrypted = 0b10_0000_0100_0001;
/** Systems whose modes are those of POSIX: Unix and Darwin. */
const posix = new Set([3, 19]);

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads the directory at the end of a zip file.
 *
 * @returns its entries, and where it begins.
 * @throws TENON_ARCHIVE_INVALID, TENON_ARCHIVE_LIMIT
 */
export function readDirectory(archive: string, bytes: Uint8Array, mostEntries: number) {
  const end = findEnd(archive, bytes);
  const view = viewOf(bytes);
  const [disk, startDisk, here, count] = [4, 6, 8, 10].map((offset) => view.getUint16(end + offset, true)) as number[];
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (here === 0xffff || count === 0xffff || size === 0xffffffff || start === 0xffffffff)
    throw archiveInvalid(archive, "it is in the format zip64, which is not supported");
  if (disk !== 0 || startDisk !== 0 || here !== count) throw archiveInvalid(archive, "it is one of several parts");
  if (start + size !== end)
    throw archiveInvalid(archive, `its directory is not where it should be, from ${start} to ${end}`);
  if ((count as number) > mostEntries)
    throw archiveTooLarge(archive, "what it contains", mostEntries, "files and folders", count);
  const entries: ZipEntry[] = [];
  let at = start;
  for (let index = 0; index < (count as number); index++) {
    const { entry, next } = readEntry(archive, bytes, view, at, end);
    entries.push(entry);
    at = next;
  }
  if (at !== end) throw archiveInvalid(archive, `there are ${end - at} bytes after its directory`);
  return { entries, start };
}

/** The record at the end is found by its comment, which reaches exactly to the end of the file. Only one place may fit. */
function findEnd(archive: string, bytes: Uint8Array): number {
  const view = viewOf(bytes);
  const found: number[] = [];
  for (let at = bytes.length - endLength; at >= Math.max(0, bytes.length - endLength - mostComment); at--)
    if (view.getUint32(at, true) === endSignature) found.push(at);
  const [end, ...others] = found;
  if (end === undefined) throw archiveInvalid(archive, "it is cut short: its directory is missing");
  if (others.length > 0) throw archiveInvalid(archive, "it has more than one directory");
  const comment = view.getUint16(end + 20, true);
  if (end + endLength + comment !== bytes.length)
    throw archiveInvalid(
      archive,
      `expected ${comment} bytes after its directory, found ${bytes.length - end - endLength}`,
    );
  return end;
}

function readEntry(archive: string, bytes: Uint8Array, view: DataView, at: number, end: number) {
  if (at + entryLength > end || view.getUint32(at, true) !== entrySignature)
    throw archiveInvalid(archive, `its directory has no entry at ${at}`);
  const short = (offset: number) => view.getUint16(at + offset, true);
  const long = (offset: number) => view.getUint32(at + offset, true);
  const [nameLength, extraLength, commentLength] = [short(28), short(30), short(32)];
  const nameEnd = at + entryLength + nameLength;
  const next = nameEnd + extraLength + commentLength;
  if (next > end) throw archiveInvalid(archive, `the entry of its directory at ${at} is cut short`);
  const nameBytes = bytes.subarray(at + entryLength, nameEnd);
  const name = textOfName(archive, nameBytes);
  const shown = `the entry ${JSON.stringify(name)}`;
  const [flags, method] = [short(8), short(10)];
  if ((flags & encrypted) !== 0) throw archiveInvalid(archive, `${shown} is encrypted`);
  if ((flags & ~knownFlags) !== 0) throw archiveInvalid(archive, `${shown} has unknown flags`);
  if (method !== 0 && method !== 8)
    throw archiveInvalid(archive, `${shown} is compressed by method ${method}, not deflate`);
  if (short(34) !== 0) throw archiveInvalid(archive, `${shown} is in another part of the archive`);
  expectExtra(archive, bytes.subarray(nameEnd, nameEnd + extraLength), shown);
  const entry: ZipEntry = {
    name,
    nameBytes,
    flags,
    method,
    checksum: long(16),
    packed: long(20),
    size: long(24),
    offset: long(42),
    mode: posix.has(short(4) >> 8) ? long(38) >>> 16 : undefined,
  };
  if (method === 0 && entry.packed !== entry.size) throw archiveInvalid(archive, `${shown} has two sizes`);
  return { entry, next };
}

/** Extra fields may not say anything else about sizes and names. */
export function expectExtra(archive: string, extra: Uint8Array, shown: string): void {
  const view = viewOf(extra);
  for (let at = 0; at < extra.length; ) {
    if (at + 4 > extra.length) throw archiveInvalid(archive, `the extra field of ${shown} is cut short`);
    const [kind, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    at += 4 + length;
    if (at > extra.length) throw archiveInvalid(archive, `the extra field of ${shown} is cut short`);
    if (kind === 0x0001) throw archiveInvalid(archive, `${shown} is in the format zip64, which is not supported`);
    if (kind === 0x7075) throw archiveInvalid(archive, `${shown} has a second name`);
    if (kind === 0x9901) throw archiveInvalid(archive, `${shown} is encrypted`);
  }
}
