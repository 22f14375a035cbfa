import { malformed } from "../../errors/factories/binary.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import { DwarfCursor } from "./cursor.js";
import type { UnitShape } from "./form.js";

/** The header of a unit. Offsets are those of .debug_info, in bytes. */
export interface UnitHeader extends UnitShape {
  readonly kind: "compile" | "type" | "other";
  readonly start: number;
  readonly end: number;
  /** The first entry. */
  readonly entries: number;
  /** Of its table in .debug_abbrev. */
  readonly abbreviations: number;
}

const escapeTo64 = 0xffffffff;
const firstReserved = 0xfffffff0;
/** DW_UT_…, and the bytes after the common part of the header. */
const kinds: Readonly<Record<number, { kind: UnitHeader["kind"]; more: (offset: number) => number }>> = {
  1: { kind: "compile", more: () => 0 },
  2: { kind: "type", more: (offset) => 8 + offset },
  3: { kind: "other", more: () => 0 },
  4: { kind: "compile", more: () => 8 },
  5: { kind: "compile", more: () => 8 },
  6: { kind: "type", more: (offset) => 8 + offset },
};

/** Reads the header of the unit at an offset. Source: DWARF 5, section 7.5.1. @throws TENON_BINARY_MALFORMED */
export function readUnitHeader(info: ByteReader, start: number): UnitHeader {
  const cursor = new DwarfCursor(info, start);
  const short = cursor.u32();
  const is64 = short === escapeTo64;
  if (!is64 && short >= firstReserved) throw malformed("a unit of the debug data has an invalid length", start);
  const length = is64 ? cursor.u64() : short;
  const end = cursor.at + length;
  const version = cursor.u16();
  if (version < 2 || version > 5) throw malformed(`the debug data has the unknown version ${version}`, start);
  let kind: UnitHeader["kind"] = "compile";
  let addressSize: number;
  let abbreviations: number;
  if (version === 5) {
    const type = kinds[cursor.u8()] ?? { kind: "other", more: () => 0 };
    kind = type.kind;
    addressSize = cursor.u8();
    abbreviations = cursor.offset(is64);
    cursor.skip(type.more(is64 ? 8 : 4));
  } else {
    abbreviations = cursor.offset(is64);
    addressSize = cursor.u8();
  }
  if (![1, 2, 4, 8].includes(addressSize))
    throw malformed(`the debug data has addresses of ${addressSize} bytes: expected 1, 2, 4 or 8`, start);
  if (end > info.length || cursor.at > end) throw malformed("a unit of the debug data has an invalid length", start);
  return { kind, version, addressSize, is64, start, end, entries: cursor.at, abbreviations };
}
