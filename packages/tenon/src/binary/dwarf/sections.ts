import { inflateSync } from "node:zlib";
import { malformed } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { sectionBytes } from "../elf/index.js";
import type { Binary } from "../read-binary.js";

/** The sections of debug data that Tenon reads, without the prefix of the file format. */
export type DwarfSectionName =
  | "info"
  | "abbrev"
  | "str"
  | "line_str"
  | "str_offsets"
  | "line"
  | "ranges"
  | "rnglists"
  | "addr";

/** Finds a section's bytes, inflated; `undefined` if the file has none. */
export type FindDwarfSection = (name: DwarfSectionName) => ByteReader | undefined;

const elfCompressed = 0x800;
const elfZlib = 1;
/** What deflate can make of one byte, at most. */
const highestRatio = 1032;
const mostInflated = 1 << 30;
const machONameLength = 16;

/**
 * Finds the debug data of a program file: sections `.debug_…`, on macOS `__debug_…`, and compressed ones, which Go's linker
 * writes by default. `undefined` for WebAssembly and for files without debug data.
 *
 * Sources: gABI, "Section Compression"; cmd/link/internal/ld/dwarf.go.
 */
export function findDwarf(binary: Binary): FindDwarfSection | undefined {
  const find = finderOf(binary);
  if (find === undefined) return undefined;
  const found = new Map<DwarfSectionName, ByteReader | undefined>();
  const cached: FindDwarfSection = (name) => {
    if (!found.has(name)) found.set(name, find(name));
    return found.get(name);
  };
  return cached;
}

function finderOf(binary: Binary): FindDwarfSection | undefined {
  if (binary.format === "elf") {
    const { file } = binary;
    const { reader } = file;
    const named = new Map(file.sections.map((section) => [section.name, section]));
    if (!named.has(".debug_info") && !named.has(".zdebug_info")) return undefined;
    return (name) => {
      const plain = named.get(`.debug_${name}`);
      if (plain !== undefined) {
        const bytes = sectionBytes(reader, plain);
        const isPacked = (plain.flags & elfCompressed) !== 0;
        return readerOf(isPacked ? elfInflated(bytes, file.header.bits, reader.littleEndian) : bytes, reader);
      }
      const packed = named.get(`.zdebug_${name}`);
      return packed === undefined ? undefined : readerOf(inflated(sectionBytes(reader, packed)), reader);
    };
  }
  if (binary.format === "mach-o" || binary.format === "pe") {
    const { file } = binary;
    const prefix = binary.format === "pe" ? "." : "__";
    const named = new Map<string, { readonly offset: number; readonly size: number }>();
    if (binary.format === "pe")
      for (const { name, offset, fileSize } of binary.file.sections) named.set(name, { offset, size: fileSize });
    else for (const { name, offset, size } of binary.file.sections) named.set(name, { offset, size });
    const cut = (name: string) => (binary.format === "mach-o" ? name.slice(0, machONameLength) : name);
    const bytesOf = (name: string) => {
      const place = named.get(cut(name));
      return place === undefined ? undefined : file.reader.slice(place.offset, place.size);
    };
    if (!named.has(`${prefix}debug_info`) && !named.has(`${prefix}zdebug_info`)) return undefined;
    return (name) => {
      const plain = bytesOf(`${prefix}debug_${name}`);
      if (plain !== undefined) return readerOf(plain, file.reader);
      const packed = bytesOf(`${prefix}zdebug_${name}`);
      return packed === undefined ? undefined : readerOf(inflated(packed), file.reader);
    };
  }
  return undefined;
}

function readerOf(bytes: Uint8Array, { littleEndian }: ByteReader): ByteReader {
  return new ByteReader(bytes, littleEndian);
}

/** `.zdebug_…`: "ZLIB", the size in big-endian, and the compressed bytes. */
function inflated(bytes: Uint8Array): Uint8Array {
  const header = new ByteReader(bytes, false);
  if (header.text(0, 4) !== "ZLIB") throw malformed("a compressed section of debug data has no header");
  return inflate(bytes.subarray(12), header.u64(4));
}

/** SHF_COMPRESSED: a header (Elf64_Chdr, Elf32_Chdr), and the compressed bytes. */
function elfInflated(bytes: Uint8Array, bits: 32 | 64, littleEndian: boolean): Uint8Array {
  const header = new ByteReader(bytes, littleEndian);
  if (header.u32(0) !== elfZlib)
    throw malformed("the debug data is compressed with an unknown method: only zlib is supported");
  return bits === 64 ? inflate(bytes.subarray(24), header.u64(8)) : inflate(bytes.subarray(12), header.u32(4));
}

function inflate(packed: Uint8Array, size: number): Uint8Array {
  if (size > mostInflated || size > packed.length * highestRatio)
    throw malformed(`${packed.length} compressed bytes of debug data cannot expand to ${size}`);
  if (size === 0) return new Uint8Array();
  try {
    const bytes = inflateSync(packed, { maxOutputLength: size });
    if (bytes.length === size) return bytes;
  } catch {
    // Reported below: zlib's own message is no help.
  }
  throw malformed("a compressed section of debug data cannot be decompressed");
}
