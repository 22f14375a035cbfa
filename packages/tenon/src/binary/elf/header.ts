import { malformed, truncated } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";

/** The kind of file, from e_type. */
export type ElfType = "none" | "relocatable" | "executable" | "shared" | "core" | "other";

/** The ELF header. Offsets and sizes in bytes. Source: System V gABI, "ELF Header". */
export interface ElfHeader {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** EI_OSABI: 0 System V, 3 GNU, 9 FreeBSD, 12 OpenBSD, 2 NetBSD, 6 Solaris. */
  readonly osAbi: number;
  readonly type: ElfType;
  /** e_machine as in the file; {@link machineOf} names it. */
  readonly machine: number;
  readonly entry: number;
  readonly programHeaders: HeaderTable;
  readonly sectionHeaders: HeaderTable;
  /** Index of the section with the names of sections. */
  readonly sectionNames: number;
}

/** The location of a table of headers. */
export interface HeaderTable {
  readonly offset: number;
  readonly entrySize: number;
  readonly count: number;
}

const types: Readonly<Record<number, ElfType>> = {
  0: "none",
  1: "relocatable",
  2: "executable",
  3: "shared",
  4: "core",
};
const extendedCount = 0xffff;

/** Whether the bytes are the start of an ELF file. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Reads the ELF header. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED */
export function readElfHeader(bytes: Uint8Array): ElfHeader {
  if (!isElf(bytes)) throw malformed("not an ELF file: expected the bytes 7f 45 4c 46", 0);
  const bits = bytes[4] === 1 ? 32 : bytes[4] === 2 ? 64 : undefined;
  if (bits === undefined) throw malformed("the header has an unknown class: expected 32 or 64 bits", 4);
  if (bytes[5] !== 1 && bytes[5] !== 2) throw malformed("the header has an unknown byte order", 5);
  const size = bits === 64 ? 64 : 52;
  if (bytes.length < size) throw truncated("the ELF header", size, bytes.length);
  const reader = new ByteReader(bytes, bytes[5] === 1);
  const word = bits / 8;
  // After e_ident, type, machine and version come three words, then the flags and six half-words.
  const half = 24 + 3 * word + 4;
  const sectionOffset = reader.word(24 + 2 * word, bits);
  const sectionEntry = reader.u16(half + 6);
  let sections = reader.u16(half + 8);
  let segments = reader.u16(half + 4);
  let names = reader.u16(half + 10);
  // Counts that do not fit are in the first section header (gABI, "Extended section header").
  const first = sectionOffset > 0 && sectionOffset + sectionEntry <= bytes.length && sectionEntry >= 4 * word + 24;
  if (first && sections === 0) sections = reader.word(sectionOffset + 8 + 3 * word, bits);
  if (first && segments === extendedCount) segments = reader.u32(sectionOffset + 12 + 4 * word);
  if (first && names === extendedCount) names = reader.u32(sectionOffset + 8 + 4 * word);
  return {
    bits,
    littleEndian: reader.littleEndian,
    osAbi: reader.u8(7),
    type: types[reader.u16(16)] ?? "other",
    machine: reader.u16(18),
    entry: Number(bits === 64 ? reader.u64Wide(24) : reader.u32(24)),
    programHeaders: { offset: reader.word(24 + word, bits), entrySize: reader.u16(half + 2), count: segments },
    sectionHeaders: { offset: sectionOffset, entrySize: sectionEntry, count: sections },
    sectionNames: names,
  };
}
