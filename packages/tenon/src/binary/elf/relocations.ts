import type { Image, Relocated } from "../image.js";
import { type Dynamic, dynamicTags } from "./dynamic.js";
import type { RelocationTypes } from "./machine.js";
import { floorIndex, PackedRelocations } from "./relr.js";
import type { DynamicSymbols } from "./symbols.js";

/** One relocation: where, its type, the symbol's index (0 for none), and what is added. */
export type VisitRelocation = (address: number, type: number, symbol: number, addend: number) => void;

interface Table {
  readonly address: number;
  readonly size: number;
  readonly hasAddend: boolean;
}

/** What the dynamic loader writes into the program. Sources: gABI, "Relocation"; the psABI of each machine. */
export class Relocations implements Relocated {
  readonly #image: Image;
  readonly #types: RelocationTypes | undefined;
  readonly #symbols: DynamicSymbols | undefined;
  readonly #tables: readonly Table[];
  readonly #packed: { address: number; size: number } | undefined;
  #failure: unknown;
  #resolved: { relative: Float64Array; values: Float64Array; packed: PackedRelocations | undefined } | undefined;

  constructor(image: Image, dynamic: Dynamic, types: RelocationTypes | undefined, symbols: DynamicSymbols | undefined) {
    this.#image = image;
    this.#types = types;
    this.#symbols = symbols;
    const table = (start: number, size: number, hasAddend: boolean): Table[] => {
      const address = dynamic.get(start);
      return address === undefined ? [] : [{ address, size: dynamic.get(size) ?? 0, hasAddend }];
    };
    const isRela = dynamic.get(dynamicTags.pltRelKind) === dynamicTags.rela;
    this.#tables = [
      ...table(dynamicTags.rela, dynamicTags.relaSize, true),
      ...table(dynamicTags.rel, dynamicTags.relSize, false),
      ...table(dynamicTags.jumpRelocations, dynamicTags.pltRelSize, isRela),
    ];
    const relr = dynamic.get(dynamicTags.relr);
    this.#packed = relr === undefined ? undefined : { address: relr, size: dynamic.get(dynamicTags.relrSize) ?? 0 };
  }

  /** Visits RELA, REL and procedure-linkage relocations in file order; packed ones (all relative) are not visited. */
  each(visit: VisitRelocation): void {
    const { reader, bits, wordSize } = this.#image;
    for (const { address, size, hasAddend } of this.#tables) {
      const entry = wordSize * (hasAddend ? 3 : 2);
      const count = Math.floor(size / entry);
      if (count === 0) continue;
      const start = this.#image.offsetOf(address, count * entry);
      for (let at = start; at < start + count * entry; at += entry) {
        // Read in halves: a bigint for each of some 100,000 entries is what would take the time.
        const low = bits === 64 && !reader.littleEndian ? 4 : 0;
        const high = 4 - low;
        const place = bits === 64 ? reader.u32(at + low) + reader.u32(at + high) * 0x1_0000_0000 : reader.u32(at);
        const type = bits === 64 ? reader.u32(at + 8 + low) : reader.u32(at + 4) & 0xff;
        const symbol = bits === 64 ? reader.u32(at + 8 + high) : reader.u32(at + 4) >>> 8;
        const addend = !hasAddend
          ? this.#inPlace(place)
          : bits === 64
            ? reader.u32(at + 16 + low) + reader.i32(at + 16 + high) * 0x1_0000_0000
            : reader.i32(at + 8);
        visit(place, type, symbol, addend);
      }
    }
  }

  /** The value that the loader leaves at an address (for a load address of 0), or `undefined` if it writes nothing there. */
  at(address: number): number | undefined {
    this.#resolved ??= this.#resolveOnce();
    const { relative, values, packed } = this.#resolved;
    const index = floorIndex(relative, address);
    if (index >= 0 && relative[index] === address) return values[index];
    return packed?.has(address) ? this.#image.word(address) : undefined;
  }

  /** Broken relocations are parsed once, not at every address that is asked for. */
  #resolveOnce() {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return this.#resolve();
    } catch (thrown) {
      this.#failure = thrown;
      throw thrown;
    }
  }

  #resolve() {
    const types = this.#types;
    const entries: number = this.#tables.reduce(
      (sum, { size, hasAddend }) => sum + Math.floor(size / (this.#image.wordSize * (hasAddend ? 3 : 2))),
      0,
    );
    const limit = Math.min(entries, this.#image.bytes.length);
    let relative = new Float64Array(limit);
    let values = new Float64Array(limit);
    let count = 0;
    let isSorted = true;
    this.each((address, type, symbol, addend) => {
      let value: number | undefined;
      if (type === types?.relative) value = addend;
      else if (type === types?.absolute || type === types?.globalData) value = this.#symbolValue(symbol, addend);
      if (value === undefined || count >= limit) return;
      if (count > 0 && address < (relative[count - 1] ?? 0)) isSorted = false;
      relative[count] = address;
      values[count++] = value;
    });
    relative = relative.subarray(0, count);
    values = values.subarray(0, count);
    if (!isSorted) {
      const order = Uint32Array.from(relative.keys()).sort((a, b) => (relative[a] ?? 0) - (relative[b] ?? 0) || a - b);
      const addresses = relative;
      const unsorted = values;
      relative = Float64Array.from(order, (index) => addresses[index] ?? 0);
      values = Float64Array.from(order, (index) => unsorted[index] ?? 0);
    }
    const packed =
      this.#packed === undefined
        ? undefined
        : new PackedRelocations(this.#image, this.#packed.address, this.#packed.size);
    return { relative, values, packed };
  }

  #symbolValue(symbol: number, addend: number): number | undefined {
    if (symbol === 0 || this.#symbols === undefined) return undefined;
    const found = this.#symbols.at(symbol);
    return found.isDefined ? found.value + addend : undefined;
  }

  #inPlace(address: number): number {
    return this.#image.has(address, this.#image.wordSize) ? this.#image.word(address) : 0;
  }
}
