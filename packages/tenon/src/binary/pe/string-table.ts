import type { ByteReader } from "../bytes/byte-reader.js";
import type { PeHeaders } from "./headers.js";

/** COFF's string table, directly after its symbols. Microsoft, "PE Format", "COFF String Table". */
export class StringTable {
  readonly #reader: ByteReader;
  readonly #start: number;
  /** Size in bytes, including the 4 bytes of the size itself; 0 if there is no table. */
  readonly size: number;

  constructor(reader: ByteReader, headers: PeHeaders) {
    const start = headers.symbols.offset + headers.symbols.count * 18;
    const isThere = headers.symbols.offset !== 0 && start + 4 <= reader.length;
    this.#reader = reader;
    this.#start = start;
    this.size = isThere ? Math.min(reader.u32(start), reader.length - start) : 0;
  }

  /** Returns the string at an offset; `undefined` if there is none. */
  at(offset: number): string | undefined {
    if (offset < 4 || offset >= this.size) return undefined;
    return this.#reader.cString(this.#start + offset, this.size - offset);
  }
}
