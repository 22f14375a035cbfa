import { malformed } from "../errors/factories/binary.js";

/**
 * How much may be decoded out of one table. Entries of a table may point at the same bytes, so that a small file could
 * ask for any amount of text; what a real file shares is far below the allowance.
 */
export class Allowance {
  readonly #what: string;
  #left: number;

  /** @param what What is read, for the message: "the names of symbols". @param most How many units there are in all. */
  constructor(what: string, most: number) {
    this.#what = what;
    this.#left = most;
  }

  /** @throws TENON_BINARY_MALFORMED when more is spent than there was */
  spend(units: number): void {
    this.#left -= units;
    if (this.#left < 0) throw malformed(`${this.#what} are longer than the file can contain`);
  }
}
