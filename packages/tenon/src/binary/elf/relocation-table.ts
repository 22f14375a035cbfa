import { malformed } from "../../errors/factories/binary.js";
import type { Image } from "../bytes/image.js";

/** A table of relocations in the file. */
export interface TablePart {
  readonly address: number;
  /** In bytes. */
  readonly size: number;
  /** RELA stores the addend in the entry, REL at the relocated address. */
  readonly hasAddend: boolean;
}

/** Up to these limits, a key of address and index is an exact number. */
const keyIndexes = 2 ** 21;
const keyAddresses = 2 ** 32;

/** Every relocation of a file, in columns and in file order: a large plugin has some 100,000, and they are scanned often. */
export class RelocationTable {
  readonly count: number;
  readonly addresses: Float64Array;
  readonly types: Uint32Array;
  readonly symbols: Uint32Array;
  readonly addends: Float64Array;
  /** Indexes by ascending address; `undefined` if file order is ascending already. */
  #order: Uint32Array | undefined;
  #isSorted = true;

  /** @throws TENON_BINARY_MALFORMED if a table lies outside the file */
  constructor(image: Image, parts: readonly TablePart[]) {
    const entryOf = ({ hasAddend }: TablePart) => image.wordSize * (hasAddend ? 3 : 2);
    this.count = parts.reduce((sum, part) => sum + Math.floor(part.size / entryOf(part)), 0);
    if (this.count * image.wordSize > image.bytes.length * parts.length)
      throw malformed(`the file claims ${this.count} relocations, more than it can contain`);
    this.addresses = new Float64Array(this.count);
    this.types = new Uint32Array(this.count);
    this.symbols = new Uint32Array(this.count);
    this.addends = new Float64Array(this.count);
    let next = 0;
    for (const part of parts) {
      const entries = Math.floor(part.size / entryOf(part));
      if (entries > 0) this.#read(image, part, image.offsetOf(part.address, entries * entryOf(part)), entries, next);
      next += entries;
    }
    for (let index = 1; index < this.count && this.#isSorted; index++)
      this.#isSorted = (this.addresses[index - 1] ?? 0) <= (this.addresses[index] ?? 0);
  }

  /** Returns the index of the last relocation of an address, or -1. */
  indexOf(address: number): number {
    this.#order ??= this.#isSorted ? undefined : this.#sort();
    const order = this.#order;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.addresses[order?.[middle] ?? middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return -1;
    const index = order?.[low - 1] ?? low - 1;
    return this.addresses[index] === address ? index : -1;
  }

  #read(image: Image, part: TablePart, start: number, entries: number, first: number): void {
    const { reader, bits } = image;
    const whole = reader.slice(start, entries * (bits / 8) * (part.hasAddend ? 3 : 2));
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    const little = reader.littleEndian;
    const low = little ? 0 : 4;
    const high = 4 - low;
    for (let index = 0; index < entries; index++) {
      const at = first + index;
      if (bits === 64) {
        const entry = index * (part.hasAddend ? 24 : 16);
        // Read as two halves: a bigint for each would take most of the time.
        this.addresses[at] = view.getUint32(entry + low, little) + view.getUint32(entry + high, little) * 0x1_0000_0000;
        this.types[at] = view.getUint32(entry + 8 + low, little);
        this.symbols[at] = view.getUint32(entry + 8 + high, little);
        this.addends[at] = part.hasAddend
          ? view.getUint32(entry + 16 + low, little) + view.getInt32(entry + 16 + high, little) * 0x1_0000_0000
          : inPlace(image, this.addresses[at] ?? 0);
      } else {
        const entry = index * (part.hasAddend ? 12 : 8);
        const info = view.getUint32(entry + 4, little);
        this.addresses[at] = view.getUint32(entry, little);
        this.types[at] = info & 0xff;
        this.symbols[at] = info >>> 8;
        this.addends[at] = part.hasAddend ? view.getInt32(entry + 8, little) : inPlace(image, this.addresses[at] ?? 0);
      }
    }
  }

  #sort(): Uint32Array {
    const { addresses, count } = this;
    const order = new Uint32Array(count);
    let greatest = 0;
    for (let index = 0; index < count; index++) greatest = Math.max(greatest, addresses[index] ?? 0);
    if (count < keyIndexes && greatest < keyAddresses) {
      // A typed array sorts without calling back.
      const keys = new Float64Array(count);
      for (let index = 0; index < count; index++) keys[index] = (addresses[index] ?? 0) * keyIndexes + index;
      keys.sort();
      for (let index = 0; index < count; index++) order[index] = (keys[index] ?? 0) % keyIndexes;
      return order;
    }
    for (let index = 0; index < count; index++) order[index] = index;
    return order.sort((a, b) => (addresses[a] ?? 0) - (addresses[b] ?? 0) || a - b);
  }
}

function inPlace(image: Image, address: number): number {
  return image.has(address, image.wordSize) ? image.word(address) : 0;
}
