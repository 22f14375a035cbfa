import { closeSync, openSync, readSync } from "node:fs";

/** What an ELF file needs to be started or loaded. */
export interface ElfNeeds {
  /** The machine's number (`e_machine`). */
  readonly machine: number;
  /** The path of the loader that it asks for. */
  readonly interpreter: string | undefined;
  /** The names of libraries. */
  readonly needed: readonly string[];
  /** Folders in which they are looked for first, with `$ORIGIN` as written. */
  readonly runPath: readonly string[];
}

const segmentTypes = { load: 1, dynamic: 2, interpreter: 3 } as const;
const tags = { needed: 1, stringTable: 5, stringSize: 10, oldRunPath: 15, runPath: 29 } as const;
const headerBytes = 64;
const segmentBytes = 56;
// Far more than any real file has. What lies beyond is ignored.
const mostSegments = 256;
const mostDynamicBytes = 64 * 1024;
const mostStringBytes = 8 * 1024 * 1024;
const longestName = 4096;

/**
 * Reads what an ELF file of 64 bits needs: a few kilobytes of it, however large it is. Returns `undefined` for everything else, also
 * for a damaged file, which the system would not start either. Source: gABI, "Object Files" and "Dynamic Linking".
 */
export function readElfNeeds(path: string): ElfNeeds | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    return readNeeds((offset, length) => readAt(file, offset, length));
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** @param read returns bytes of the file, fewer where it ends. @throws if the file is damaged */
export function readNeeds(read: (offset: number, length: number) => Buffer): ElfNeeds | undefined {
  const header = read(0, headerBytes);
  // The magic number, 64 bits, little-endian.
  if (header.length < headerBytes || header.readUInt32BE(0) !== 0x7f454c46 || header.readUInt16BE(4) !== 0x0201)
    return undefined;
  const count = Math.min(header.readUInt16LE(56), mostSegments);
  if (header.readUInt16LE(54) !== segmentBytes) return undefined;
  const table = read(Number(header.readBigUInt64LE(32)), count * segmentBytes);
  const segments = Array.from({ length: Math.floor(table.length / segmentBytes) }, (_, index) => {
    const at = index * segmentBytes;
    const word = (offset: number) => Number(table.readBigUInt64LE(at + offset));
    return { type: table.readUInt32LE(at), offset: word(8), address: word(16), size: word(32) };
  });
  const machine = header.readUInt16LE(18);
  const interpreterSegment = segments.find(({ type }) => type === segmentTypes.interpreter);
  const interpreter =
    interpreterSegment && text(read(interpreterSegment.offset, Math.min(interpreterSegment.size, longestName)), 0);
  const dynamic = segments.find(({ type }) => type === segmentTypes.dynamic);
  if (dynamic === undefined) return { machine, interpreter, needed: [], runPath: [] };
  const entries = read(dynamic.offset, Math.min(dynamic.size, mostDynamicBytes));
  const found: (readonly [tag: number, value: number])[] = [];
  for (let at = 0; at + 16 <= entries.length; at += 16) {
    const tag = Number(entries.readBigUInt64LE(at));
    if (tag === 0) break;
    found.push([tag, Number(entries.readBigUInt64LE(at + 8))]);
  }
  const firstOf = (wanted: number) => found.find(([tag]) => tag === wanted)?.[1];
  const address = firstOf(tags.stringTable) ?? 0;
  const segment = segments.find(
    (each) => each.type === segmentTypes.load && address >= each.address && address < each.address + each.size,
  );
  if (segment === undefined) return { machine, interpreter, needed: [], runPath: [] };
  const strings = read(
    address - segment.address + segment.offset,
    Math.min(firstOf(tags.stringSize) ?? 0, mostStringBytes),
  );
  const needed = found.flatMap(([tag, value]) => (tag === tags.needed ? [text(strings, value)] : []));
  const paths = firstOf(tags.runPath) ?? firstOf(tags.oldRunPath);
  const runPath = paths === undefined ? [] : text(strings, paths).split(":");
  return { machine, interpreter, needed: needed.filter(notEmpty), runPath: runPath.filter(notEmpty) };
}

const notEmpty = (part: string): boolean => part !== "";

/** The text up to the next NUL; empty if it is too long or lies outside. */
function text(bytes: Buffer, start: number): string {
  const end = start < bytes.length ? bytes.indexOf(0, start) : -1;
  return end < 0 || end - start > longestName ? "" : bytes.toString("utf8", start, end);
}

function readAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(file, bytes, filled, length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
