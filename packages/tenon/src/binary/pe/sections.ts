import { malformed, truncated } from "../../errors/factories/binary.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import type { PeHeaders } from "./headers.js";
import type { StringTable } from "./string-table.js";

/** A section. Sizes and offsets in bytes. */
export interface PeSection {
  readonly name: string;
  /** Relative to the image base. */
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  /** Its bytes in the file, without padding. */
  readonly fileSize: number;
  /** IMAGE_SCN_…: 0x20 code, 0x20000000 executable, 0x80000000 writable. */
  readonly characteristics: number;
}

/** The limit of the format (Microsoft, "PE Format": "the Windows loader limits the number of sections to 96"). */
const mostSections = 96;

/** Reads the section table. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED */
export function readSections(reader: ByteReader, headers: PeHeaders, strings: () => StringTable): PeSection[] {
  const { offset, count } = headers.sections;
  if (count > mostSections) throw malformed(`too many sections: found ${count}, the limit is ${mostSections}`);
  if (offset + count * 40 > reader.length) throw truncated("the section table", offset + count * 40, reader.length);
  return Array.from({ length: count }, (_, index) => {
    const at = offset + index * 40;
    const name = sectionName(reader.text(at, 8), strings);
    const virtualSize = reader.u32(at + 8);
    const rawSize = reader.u32(at + 16);
    // The loader rounds this down to the size of a disk's block.
    const rawOffset = headers.sectionAlignment >= 0x1000 ? (reader.u32(at + 20) & ~0x1ff) >>> 0 : reader.u32(at + 20);
    const size = virtualSize === 0 ? rawSize : virtualSize;
    const fileSize = rawOffset === 0 ? 0 : Math.min(rawSize, size);
    if (fileSize > 0 && rawOffset + fileSize > reader.length)
      throw truncated(`section ${name}`, rawOffset + fileSize, reader.length);
    return {
      name,
      address: reader.u32(at + 12),
      size,
      offset: fileSize === 0 ? 0 : rawOffset,
      fileSize,
      characteristics: reader.u32(at + 36),
    };
  });
}

/** Reads a name of up to 8 bytes, or "/123": the offset of a longer one in the string table. */
function sectionName(field: string, strings: () => StringTable): string {
  const end = field.indexOf("\0");
  const name = end < 0 ? field : field.slice(0, end);
  return /^\/\d{1,7}$/.test(name) ? (strings().at(Number(name.slice(1))) ?? name) : name;
}
