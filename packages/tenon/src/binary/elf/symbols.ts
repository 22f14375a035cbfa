import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { Image } from "../bytes/image.js";
import { type Dynamic, dynamicTags } from "./dynamic.js";
import { readGnuHash, readSysvHash, type SymbolHash } from "./symbol-hash.js";

/** One symbol of the dynamic symbol table. */
export interface DynamicSymbol {
  readonly index: number;
  readonly name: string;
  /** Address, or the offset in thread-local data. */
  readonly value: number;
  readonly size: number;
  readonly isDefined: boolean;
  readonly binding: "local" | "global" | "weak" | "other";
  /** STT_: 0 none, 1 object, 2 function, 6 thread-local, 10 indirect function. */
  readonly type: number;
  /** False for hidden and internal symbols. */
  readonly isVisible: boolean;
}

const utf8 = new TextEncoder();
const bindings = ["local", "global", "weak"] as const;

/** The dynamic symbol table. Stripping never removes it, because the loader needs it. Source: gABI, "Symbol Table". */
export class DynamicSymbols {
  readonly #image: Image;
  readonly #dynamic: Dynamic;
  readonly #address: number;
  readonly #hash: SymbolHash | undefined;
  readonly #limit: number;
  #count: number | undefined;

  constructor(image: Image, dynamic: Dynamic) {
    this.#image = image;
    this.#dynamic = dynamic;
    const address = dynamic.get(dynamicTags.symbolTable);
    this.#address = address ?? 0;
    const gnu = dynamic.get(dynamicTags.gnuHash);
    const sysv = dynamic.get(dynamicTags.hash);
    this.#hash =
      gnu !== undefined ? readGnuHash(image, gnu) : sysv !== undefined ? readSysvHash(image, sysv) : undefined;
    const segment = address === undefined ? undefined : image.segmentAt(address);
    this.#limit =
      segment === undefined ? 0 : Math.floor((segment.address + segment.fileSize - this.#address) / this.#entrySize);
  }

  get #entrySize(): number {
    return this.#image.bits === 64 ? 24 : 16;
  }

  /** The hash table that the loader uses to find symbols. Without one it finds none. */
  get hash(): SymbolHash["kind"] | undefined {
    return this.#hash?.kind;
  }

  /** The number of symbols, including the empty first one. @throws TENON_BINARY_MALFORMED */
  get count(): number {
    this.#count ??= this.#countSymbols();
    return this.#count;
  }

  #countSymbols(): number {
    const claimed = this.#hash?.count() ?? 0;
    if (claimed > this.#limit)
      throw malformed(`the hash table claims ${claimed} symbols, more than the file can contain`);
    if (this.#dynamic.get(dynamicTags.hash) !== undefined || claimed > this.#limit) return claimed;
    // A GNU hash table leaves out undefined symbols, which all come before the hashed ones. If nothing is hashed, the
    // count follows from the string table, which linkers put directly after the symbols.
    const strings = this.#dynamic.get(dynamicTags.stringTable) ?? 0;
    const between = Math.floor((strings - this.#address) / this.#entrySize);
    return Math.max(claimed, Math.min(this.#limit, strings > this.#address ? between : claimed));
  }

  /** @throws TENON_BINARY_MALFORMED for an index outside the table */
  at(index: number): DynamicSymbol {
    if (index < 0 || index >= this.#limit) throw malformed(`symbol ${index} lies outside the symbol table`);
    const { bits, reader } = this.#image;
    const at = this.#image.offsetOf(this.#address + index * this.#entrySize, this.#entrySize);
    const info = reader.u8(at + (bits === 64 ? 4 : 12));
    const other = reader.u8(at + (bits === 64 ? 5 : 13));
    const section = reader.u16(at + (bits === 64 ? 6 : 14));
    return {
      index,
      name: this.#dynamic.string(reader.u32(at)),
      value: Number(bits === 64 ? reader.u64Wide(at + 8) : reader.u32(at + 4)),
      size: Number(bits === 64 ? reader.u64Wide(at + 16) : reader.u32(at + 8)),
      isDefined: section !== 0,
      binding: bindings[info >> 4] ?? (info >> 4 === 10 ? "global" : "other"),
      type: info & 15,
      isVisible: (other & 3) === 0 || (other & 3) === 3,
    };
  }

  /** Whether a symbol's name begins with the given bytes. Faster than reading the name. */
  nameStartsWith(index: number, prefix: Uint8Array): boolean {
    if (index < 0 || index >= this.#limit) throw malformed(`symbol ${index} lies outside the symbol table`);
    const at = this.#image.offsetOf(this.#address + index * this.#entrySize, this.#entrySize);
    const name = this.#dynamic.stringAddress(this.#image.reader.u32(at));
    const start = this.#image.offsetOf(name);
    return prefix.every((byte, offset) => this.#image.bytes[start + offset] === byte);
  }

  /** Returns the definition that the loader would find for a name; `undefined` if there is none. */
  find(name: string): DynamicSymbol | undefined {
    for (const symbol of this.definitions(name)) return symbol;
    return undefined;
  }

  /** Yields every visible definition of a name: a library may have one for each version. */
  *definitions(name: string): Generator<DynamicSymbol> {
    if (this.#hash === undefined) return;
    const wanted = utf8.encode(`${name}\0`);
    for (const index of this.#hash.candidates(name)) {
      if (index >= this.#limit)
        throw malformed(`the hash table refers to symbol ${index}, which lies outside the symbol table`);
      // Compared as bytes: a chain may contain any number of long names.
      if (!this.nameStartsWith(index, wanted)) continue;
      const symbol = this.at(index);
      if (symbol.isDefined && symbol.binding !== "local" && symbol.isVisible) yield symbol;
    }
  }

  /** Yields every symbol except the empty first one. @throws TENON_BINARY_MALFORMED */
  *[Symbol.iterator](): Generator<DynamicSymbol> {
    const names = new Allowance("the names of symbols", 16 * this.#image.bytes.length);
    for (let index = 1; index < this.count; index++) {
      const symbol = this.at(index);
      names.spend(symbol.name.length);
      yield symbol;
    }
  }

  /** Returns the version of a symbol (DT_VERSYM) without the hidden bit; `undefined` if the file has no versions. */
  versionOf(index: number): { index: number; isHidden: boolean } | undefined {
    const table = this.#dynamic.get(dynamicTags.versionSymbols);
    if (table === undefined) return undefined;
    const value = this.#image.reader.u16(this.#image.offsetOf(table + index * 2, 2));
    return { index: value & 0x7fff, isHidden: (value & 0x8000) !== 0 };
  }
}
