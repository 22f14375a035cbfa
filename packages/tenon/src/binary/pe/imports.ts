import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { Image } from "../bytes/image.js";
import { type DataDirectory, directories, type PeHeaders } from "./headers.js";

/** A function that a library must export, by name or by number only. */
export interface ImportedFunction {
  readonly name: string | undefined;
  readonly ordinal: number | undefined;
}

/** A library that the file needs, and its imports from that library. */
export interface PeImport {
  readonly library: string;
  /** Loaded when its first function is called, not when the program starts. */
  readonly delayed: boolean;
  readonly functions: readonly ImportedFunction[];
}

const longestName = 4096;

/**
 * Reads both import tables. Source: Microsoft, "PE Format", "The .idata Section" and "Delay-Load Import Tables".
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function readImports(image: Image, headers: PeHeaders): PeImport[] {
  const table = new ImportTable(image, headers);
  return [
    ...table.read(headers.directories[directories.imports], false),
    ...table.read(headers.directories[directories.delayImports], true),
  ];
}

class ImportTable {
  readonly #image: Image;
  readonly #headers: PeHeaders;
  readonly #names: Allowance;
  readonly #entries: Allowance;

  constructor(image: Image, headers: PeHeaders) {
    this.#image = image;
    this.#headers = headers;
    this.#names = new Allowance("the names of imports", 4 * image.bytes.length + 4096);
    this.#entries = new Allowance("the lists of imports", image.bytes.length / image.wordSize);
  }

  read(directory: DataDirectory | undefined, delayed: boolean): PeImport[] {
    if (directory === undefined || directory.address === 0) return [];
    const found: PeImport[] = [];
    const size = delayed ? 32 : 20;
    for (let at = this.#headers.imageBase + directory.address; ; at += size) {
      this.#entries.spend(1);
      const one = delayed ? this.#delayed(at) : this.#plain(at);
      if (one === undefined) return found;
      found.push(one);
    }
  }

  #plain(at: number): PeImport | undefined {
    const { imageBase } = this.#headers;
    const name = this.#image.u32(at + 12);
    const bound = this.#image.u32(at + 16);
    if (name === 0 || bound === 0) return undefined;
    const lookup = this.#image.u32(at);
    return {
      library: this.#name(imageBase + name),
      delayed: false,
      functions: this.#functions(imageBase + (lookup === 0 ? bound : lookup), imageBase),
    };
  }

  #delayed(at: number): PeImport | undefined {
    // Files from old compilers have absolute addresses here, not ones relative to the image base.
    const base = (this.#image.u32(at) & 1) === 1 ? this.#headers.imageBase : 0;
    const name = this.#image.u32(at + 4);
    const lookup = this.#image.u32(at + 16);
    if (name === 0 || lookup === 0) return undefined;
    return { library: this.#name(base + name), delayed: true, functions: this.#functions(base + lookup, base) };
  }

  #functions(start: number, base: number): ImportedFunction[] {
    const found: ImportedFunction[] = [];
    const { bits, wordSize } = this.#image;
    for (let at = start; ; at += wordSize) {
      this.#entries.spend(1);
      const low = this.#image.u32(at);
      const high = bits === 64 ? this.#image.u32(at + 4) : low;
      if (low === 0 && high === 0) return found;
      if (high >>> 31 === 1) found.push({ name: undefined, ordinal: low & 0xffff });
      else if (bits === 64 && high !== 0) throw malformed("an imported function has neither a name nor a number");
      else found.push({ name: this.#name(base + low + 2), ordinal: undefined });
    }
  }

  #name(address: number): string {
    const name = this.#image.cString(address, longestName);
    this.#names.spend(name.length);
    return name;
  }
}
