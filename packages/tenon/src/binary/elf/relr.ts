import { malformed } from "../../errors/factories/binary.js";
import type { Image } from "../bytes/image.js";

/**
 * DT_RELR: relative relocations, packed. An even word is an address; an odd word is a bitmap over the words that follow.
 * They stay packed here, because one word can encode 63 relocations. Source: gABI, "Relative relocation table".
 */
export class PackedRelocations {
  readonly #image: Image;
  readonly #start: number;
  /** For each address word: that address, and the index of the word. Ascending. */
  readonly #addresses: Float64Array;
  readonly #words: Uint32Array;
  readonly #count: number;

  constructor(image: Image, start: number, size: number) {
    this.#image = image;
    this.#count = Math.floor(size / image.wordSize);
    this.#start = image.offsetOf(start, this.#count * image.wordSize);
    const addresses: number[] = [];
    const words: number[] = [];
    for (let index = 0; index < this.#count; index++) {
      if (this.#isBitmap(index)) continue;
      const address = this.#image.reader.word(this.#start + index * image.wordSize, image.bits);
      if (address < (addresses.at(-1) ?? 0)) throw malformed("packed relocations are not in ascending order");
      addresses.push(address);
      words.push(index);
    }
    this.#addresses = Float64Array.from(addresses);
    this.#words = Uint32Array.from(words);
  }

  has(address: number): boolean {
    const group = floorIndex(this.#addresses, address);
    if (group < 0) return false;
    const base = this.#addresses[group] ?? 0;
    const step = this.#image.wordSize;
    if (address === base) return true;
    if ((address - base) % step !== 0) return false;
    const position = (address - base) / step - 1;
    const perWord = step * 8 - 1;
    const index = (this.#words[group] ?? 0) + 1 + Math.floor(position / perWord);
    if (index >= this.#count || !this.#isBitmap(index)) return false;
    if (index >= (this.#words[group + 1] ?? this.#count)) return false;
    const bit = (position % perWord) + 1;
    const byte = this.#littleEndianByte(index, bit >> 3);
    return ((byte >> (bit & 7)) & 1) === 1;
  }

  #isBitmap(index: number): boolean {
    return (this.#littleEndianByte(index, 0) & 1) === 1;
  }

  #littleEndianByte(index: number, byte: number): number {
    const step = this.#image.wordSize;
    const within = this.#image.reader.littleEndian ? byte : step - 1 - byte;
    return this.#image.reader.u8(this.#start + index * step + within);
  }
}

/** Returns the index of the last value that is not greater; -1 if all are greater. */
export function floorIndex(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
