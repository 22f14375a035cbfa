import { malformed } from "../../errors/factories/binary.js";

/**
 * Limits how much is decoded from one table. The entries of a table may point at the same bytes, so a small file could
 * demand any amount of text. Real files share far less than the limit.
 */
export class Allowance {
  readonly #what: string;
  #left: number;

  /** @param what What is decoded, in the plural: "the names of symbols". @param most The number of units in total. */
  constructor(what: string, most: number) {
    this.#what = what;
    this.#left = most;
  }

  /** @throws TENON_BINARY_MALFORMED when the total is exceeded */
  spend(units: number): void {
    this.#left -= units;
    if (this.#left < 0) throw malformed(`${this.#what} are longer than the file can contain`);
  }
}
