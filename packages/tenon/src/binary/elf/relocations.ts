import type { Image, Relocated } from "../bytes/image.js";
import { type Dynamic, dynamicTags } from "./dynamic.js";
import type { RelocationTypes } from "./machine.js";
import { RelocationTable, type TablePart } from "./relocation-table.js";
import { PackedRelocations } from "./relr.js";
import type { DynamicSymbols } from "./symbols.js";

/** Receives one relocation: its address, type, symbol index (0 for none) and addend. */
export type VisitRelocation = (address: number, type: number, symbol: number, addend: number) => void;

/** The values that the dynamic loader writes into the program. Sources: gABI, "Relocation"; the psABI of each machine. */
export class Relocations implements Relocated {
  readonly #image: Image;
  readonly #types: RelocationTypes | undefined;
  readonly #symbols: DynamicSymbols | undefined;
  readonly #parts: readonly TablePart[];
  readonly #packedAt: { address: number; size: number } | undefined;
  #table: RelocationTable | undefined;
  #packed: PackedRelocations | undefined;
  #failure: unknown;

  constructor(image: Image, dynamic: Dynamic, types: RelocationTypes | undefined, symbols: DynamicSymbols | undefined) {
    this.#image = image;
    this.#types = types;
    this.#symbols = symbols;
    const part = (start: number, size: number, hasAddend: boolean): TablePart[] => {
      const address = dynamic.get(start);
      return address === undefined ? [] : [{ address, size: dynamic.get(size) ?? 0, hasAddend }];
    };
    const isRela = dynamic.get(dynamicTags.pltRelKind) === dynamicTags.rela;
    this.#parts = [
      ...part(dynamicTags.rela, dynamicTags.relaSize, true),
      ...part(dynamicTags.rel, dynamicTags.relSize, false),
      ...part(dynamicTags.jumpRelocations, dynamicTags.pltRelSize, isRela),
    ];
    const relr = dynamic.get(dynamicTags.relr);
    this.#packedAt = relr === undefined ? undefined : { address: relr, size: dynamic.get(dynamicTags.relrSize) ?? 0 };
  }

  /**
   * Visits RELA, REL and procedure-linkage relocations in file order; packed ones (all relative) are not visited.
   * @throws TENON_BINARY_MALFORMED
   */
  each(visit: VisitRelocation): void {
    const { count, addresses, types, symbols, addends } = this.#read();
    for (let index = 0; index < count; index++)
      visit(addresses[index] ?? 0, types[index] ?? 0, symbols[index] ?? 0, addends[index] ?? 0);
  }

  /**
   * Returns the value that the loader writes at an address (for a load address of 0), or `undefined` if it writes nothing.
   * @throws TENON_BINARY_MALFORMED
   */
  at(address: number): number | undefined {
    const table = this.#read();
    const index = table.indexOf(address);
    const value = index < 0 ? undefined : this.#valueOf(table, index);
    if (value !== undefined) return value;
    return this.#packed?.has(address) ? this.#image.word(address) : undefined;
  }

  #valueOf({ types, symbols, addends }: RelocationTable, index: number): number | undefined {
    const [type, addend] = [types[index], addends[index] ?? 0];
    if (type === this.#types?.relative) return addend;
    const symbol = symbols[index] ?? 0;
    if ((type !== this.#types?.absolute && type !== this.#types?.globalData) || symbol === 0) return undefined;
    const found = this.#symbols?.at(symbol);
    return found?.isDefined === true ? found.value + addend : undefined;
  }

  /** Caches the failure, so that broken relocations are parsed once and not for every address. */
  #read(): RelocationTable {
    if (this.#table !== undefined) return this.#table;
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const table = new RelocationTable(this.#image, this.#parts);
      const packed = this.#packedAt;
      this.#packed = packed === undefined ? undefined : new PackedRelocations(this.#image, packed.address, packed.size);
      this.#table = table;
      return table;
    } catch (thrown) {
      this.#failure = thrown;
      throw thrown;
    }
  }
}
