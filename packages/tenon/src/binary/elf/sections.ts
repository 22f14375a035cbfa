import { malformed, truncated } from "../../errors/factories/binary.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import type { ElfHeader } from "./header.js";

/** A section: for people and debuggers only. Loaders ignore sections, and a stripped file may have none. */
export interface Section {
  readonly name: string;
  /** sh_type: 1 data, 2 symbols, 3 strings, 7 notes, 8 no bits in the file. */
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entrySize: number;
}

const noBits = 8;

/** Reads the section headers. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED */
export function readSections(reader: ByteReader, header: ElfHeader): Section[] {
  const { offset, entrySize, count } = header.sectionHeaders;
  if (offset === 0 || count === 0) return [];
  if (entrySize !== (header.bits === 64 ? 64 : 40))
    throw malformed(`a section header has ${entrySize} bytes, which is wrong for ${header.bits}-bit ELF`);
  if (offset + entrySize * count > reader.length)
    throw truncated(`the table of ${count} section headers`, offset + entrySize * count, reader.length);
  const word = header.bits / 8;
  const places = Array.from({ length: count }, (_, index) => offset + index * entrySize);
  const names = places[header.sectionNames];
  const namesOffset = names === undefined ? 0 : reader.word(names + 8 + 2 * word, header.bits);
  const namesSize = names === undefined ? 0 : reader.word(names + 8 + 3 * word, header.bits);
  return places.map((at) => {
    const name = reader.u32(at);
    const type = reader.u32(at + 4);
    return {
      name: name < namesSize ? reader.cString(namesOffset + name, 4096) : "",
      type,
      flags: Number(header.bits === 64 ? reader.u64Wide(at + 8) : reader.u32(at + 8)),
      address: Number(header.bits === 64 ? reader.u64Wide(at + 16) : reader.u32(at + 12)),
      offset: reader.word(at + 8 + 2 * word, header.bits),
      size: reader.word(at + 8 + 3 * word, header.bits),
      link: reader.u32(at + 8 + 4 * word),
      entrySize: reader.word(at + 16 + 5 * word, header.bits),
    };
  });
}

/** Returns the bytes of a section as in the file. @throws TENON_BINARY_MALFORMED */
export function sectionBytes(reader: ByteReader, section: Section): Uint8Array {
  return section.type === noBits ? new Uint8Array() : reader.slice(section.offset, section.size);
}
