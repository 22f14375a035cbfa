import { malformed, truncated } from "../../errors/factories/binary.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import type { ElfHeader } from "./header.js";

/** Types of program headers that matter to a loader. */
export const segmentTypes = {
  load: 1,
  dynamic: 2,
  interpreter: 3,
  note: 4,
  threadLocal: 7,
  relocationReadOnly: 0x6474e552,
} as const;

/** One program header. Source: gABI, "Program Header". */
export interface ProgramHeader {
  readonly type: number;
  /** 1 executable, 2 writable, 4 readable. */
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly align: number;
}

/** Reads the program headers. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED */
export function readProgramHeaders(reader: ByteReader, header: ElfHeader): ProgramHeader[] {
  const { offset, entrySize, count } = header.programHeaders;
  if (count === 0) return [];
  if (entrySize !== (header.bits === 64 ? 56 : 32))
    throw malformed(`a program header has ${entrySize} bytes, which is wrong for ${header.bits}-bit ELF`);
  if (offset + entrySize * count > reader.length)
    throw truncated(`the table of ${count} program headers`, offset + entrySize * count, reader.length);
  return Array.from({ length: count }, (_, index) => readOne(reader, offset + index * entrySize, header.bits));
}

function readOne(reader: ByteReader, at: number, bits: 32 | 64): ProgramHeader {
  if (bits === 32) {
    return {
      type: reader.u32(at),
      offset: reader.u32(at + 4),
      address: reader.u32(at + 8),
      fileSize: reader.u32(at + 16),
      memorySize: reader.u32(at + 20),
      flags: reader.u32(at + 24),
      align: reader.u32(at + 28),
    };
  }
  return {
    type: reader.u32(at),
    flags: reader.u32(at + 4),
    offset: wide(reader, at + 8),
    address: wide(reader, at + 16),
    fileSize: wide(reader, at + 32),
    memorySize: wide(reader, at + 40),
    align: wide(reader, at + 48),
  };
}

/** As a number. Values too large to be exact are wrong anyway, and fail where they are used. */
function wide(reader: ByteReader, at: number): number {
  return Number(reader.u64Wide(at));
}
