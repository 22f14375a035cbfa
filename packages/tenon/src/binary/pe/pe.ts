import { ByteReader } from "../bytes/byte-reader.js";
import { Image, type Segment } from "../bytes/image.js";
import { Once } from "../bytes/once.js";
import { type PeExport, readExports } from "./exports.js";
import { archOf, directories, type PeHeaders, readPeHeaders } from "./headers.js";
import { type PeImport, readImports } from "./imports.js";
import { type PeSection, readSections } from "./sections.js";
import { StringTable } from "./string-table.js";
import { type PeSymbol, readSymbols } from "./symbols.js";

/**
 * A PE file: a Windows program or library. Headers and sections are read immediately. Everything else is read on first
 * use, and errors in it are reported then.
 *
 * Addresses of {@link image} are absolute for the image base that the file was linked for. Pointers in the file are
 * correct for that base, so base relocations are not needed.
 */
export class PeFile {
  readonly bytes: Uint8Array;
  readonly reader: ByteReader;
  readonly headers: PeHeaders;
  readonly sections: readonly PeSection[];
  readonly image: Image;
  readonly #once = new Once();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.reader = new ByteReader(bytes);
    this.headers = readPeHeaders(bytes);
    this.sections = readSections(this.reader, this.headers, () => this.#strings);
    this.image = new Image({
      bytes,
      bits: this.headers.bits,
      littleEndian: true,
      segments: [headerSegment(bytes, this.headers), ...this.sections.map((each) => segmentOf(each, this.headers))],
      platform: {
        os: this.headers.subsystem.startsWith("EFI") ? undefined : "windows",
        arch: archOf(this.headers.machine),
      },
    });
  }

  /** @throws TENON_BINARY_MALFORMED */
  get imports(): readonly PeImport[] {
    return this.#once.get("imports", () => readImports(this.image, this.headers));
  }

  /** @throws TENON_BINARY_MALFORMED */
  get exports(): readonly PeExport[] {
    return this.#once.get("exports", () => readExports(this.image, this.headers));
  }

  /** COFF symbols; empty in a stripped file. @throws TENON_BINARY_MALFORMED */
  get symbols(): readonly PeSymbol[] {
    return this.#once.get("symbols", () => readSymbols(this.reader, this.headers, this.sections, this.#strings));
  }

  /** Whether it is code for .NET. */
  get isManaged(): boolean {
    return (this.headers.directories[directories.clr]?.address ?? 0) !== 0;
  }

  /** Whether there is a signature. It is not verified. */
  get isSigned(): boolean {
    return (this.headers.directories[directories.certificates]?.size ?? 0) !== 0;
  }

  get #strings(): StringTable {
    return this.#once.get("strings", () => new StringTable(this.reader, this.headers));
  }
}

/** Reads a PE file. @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED */
export function readPe(bytes: Uint8Array): PeFile {
  return new PeFile(bytes);
}

/** The loader puts the headers at the image base. */
function headerSegment(bytes: Uint8Array, headers: PeHeaders): Segment {
  const size = Math.min(headers.headersSize, bytes.length);
  return {
    name: "headers",
    address: headers.imageBase,
    size,
    offset: 0,
    fileSize: size,
    writable: false,
    executable: false,
  };
}

function segmentOf(section: PeSection, headers: PeHeaders): Segment {
  return {
    name: section.name,
    address: headers.imageBase + section.address,
    size: section.size,
    offset: section.offset,
    fileSize: section.fileSize,
    writable: (section.characteristics & 0x8000_0000) !== 0,
    executable: (section.characteristics & 0x2000_0000) !== 0,
  };
}
