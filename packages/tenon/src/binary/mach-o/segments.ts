import { malformed, truncated } from "../../errors/factories/binary.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import type { Segment } from "../bytes/image.js";
import { expectSize, type LoadCommand, loadCommands } from "./load-commands.js";

/** A section. Offset and size in bytes; the offset is 0 if the file has no bytes for it. */
export interface MachOSection {
  readonly name: string;
  readonly segment: string;
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  /** Type in the low byte, attributes above it. */
  readonly flags: number;
}

/** A segment with its sections, in the file's order. */
export interface MachOSegment extends Segment {
  readonly sections: readonly MachOSection[];
  /** Whether any access is allowed; __PAGEZERO allows none. */
  readonly accessible: boolean;
}

/** Limits the search for an address; no real program comes near. */
const mostSegments = 256;
const zeroFill = new Set([1, 12, 18]);

/** Reads every segment. Source: `mach-o/loader.h`, LC_SEGMENT. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED */
export function readSegments(reader: ByteReader, commands: readonly LoadCommand[]): MachOSegment[] {
  const found: MachOSegment[] = [];
  for (const command of commands) {
    if (command.command === loadCommands.segment32) found.push(readSegment(reader, command, 32));
    if (command.command === loadCommands.segment64) found.push(readSegment(reader, command, 64));
    if (found.length > mostSegments) throw malformed(`more than ${mostSegments} segments`, command.offset);
  }
  return found;
}

function readSegment(reader: ByteReader, command: LoadCommand, bits: 32 | 64): MachOSegment {
  const start = command.offset;
  const word = bits / 8;
  const fixed = 24 + 4 * word + 16;
  expectSize(command, fixed);
  const name = fixedText(reader, start + 8);
  const field = (index: number) => reader.word(start + 24 + index * word, bits);
  const [address, size, offset, fileSize] = [field(0), field(1), field(2), field(3)];
  if (fileSize > size && size > 0) throw malformed(`segment ${name} is larger in the file than in memory`, start);
  if (fileSize > 0 && offset + fileSize > reader.length)
    throw truncated(`segment ${name}`, offset + fileSize, reader.length);
  const protection = reader.u32(start + 24 + 4 * word + 4);
  const count = reader.u32(start + 24 + 4 * word + 8);
  const entrySize = bits === 64 ? 80 : 68;
  if (fixed + count * entrySize > command.size)
    throw malformed(`segment ${name} has ${count} sections, more than fit in its load command`, start);
  const sections: MachOSection[] = [];
  for (let at = start + fixed; at < start + fixed + count * entrySize; at += entrySize)
    sections.push(readSection(reader, at, bits));
  return {
    name,
    address,
    size,
    offset,
    fileSize,
    writable: (protection & 2) !== 0,
    executable: (protection & 4) !== 0,
    accessible: protection !== 0,
    sections,
  };
}

function readSection(reader: ByteReader, at: number, bits: 32 | 64): MachOSection {
  const word = bits / 8;
  const after = at + 32 + 2 * word;
  const flags = reader.u32(after + 16);
  return {
    name: fixedText(reader, at),
    segment: fixedText(reader, at + 16),
    address: reader.word(at + 32, bits),
    size: reader.word(at + 32 + word, bits),
    offset: zeroFill.has(flags & 0xff) ? 0 : reader.u32(after),
    flags,
  };
}

/** Reads a name of 16 bytes, filled up with NUL bytes. */
function fixedText(reader: ByteReader, at: number): string {
  const text = reader.text(at, 16);
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
