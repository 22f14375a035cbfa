import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import type { PeHeaders } from "./headers.js";
import type { PeSection } from "./sections.js";
import type { StringTable } from "./string-table.js";

/** One COFF symbol. GNU compilers and Go keep them in programs, Microsoft's do not. */
export interface PeSymbol {
  readonly name: string;
  /** As in the file: mostly an offset in its section. */
  readonly value: number;
  /** Number of the section, from 1; 0 undefined, -1 absolute, -2 debug data. */
  readonly section: number;
  /** Relative to the image base; `undefined` for a symbol in no section. */
  readonly address: number | undefined;
  readonly type: number;
  /** IMAGE_SYM_CLASS_…: 2 external, 3 static. */
  readonly storageClass: number;
}

const entrySize = 18;

/**
 * The symbol table, without auxiliary records. Source: Microsoft, "PE Format", "COFF Symbol Table".
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function readSymbols(
  reader: ByteReader,
  headers: PeHeaders,
  sections: readonly PeSection[],
  strings: StringTable,
): PeSymbol[] {
  const { offset: start, count } = headers.symbols;
  if (start === 0 || count === 0) return [];
  reader.slice(start, count * entrySize);
  const names = new Allowance("the names of symbols", 16 * strings.size + 8 * count + 4096);
  const found: PeSymbol[] = [];
  for (let index = 0; index < count; index++) {
    const at = start + index * entrySize;
    const name = nameAt(reader, at, strings);
    names.spend(name.length);
    const unsigned = reader.u16(at + 12);
    const section = unsigned > 0x7fff ? unsigned - 0x1_0000 : unsigned;
    const value = reader.u32(at + 8);
    const home = section > 0 ? sections[section - 1] : undefined;
    found.push({
      name,
      value,
      section,
      address: home === undefined ? undefined : home.address + value,
      type: reader.u16(at + 14),
      storageClass: reader.u8(at + 16),
    });
    index += reader.u8(at + 17);
  }
  return found;
}

function nameAt(reader: ByteReader, at: number, strings: StringTable): string {
  if (reader.u32(at) !== 0) {
    const name = reader.text(at, 8);
    const end = name.indexOf("\0");
    return end < 0 ? name : name.slice(0, end);
  }
  const offset = reader.u32(at + 4);
  if (offset === 0) return "";
  const name = strings.at(offset);
  if (name === undefined) throw malformed("a symbol's name lies outside the string table", at);
  return name;
}
