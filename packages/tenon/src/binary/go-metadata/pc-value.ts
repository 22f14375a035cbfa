import { malformed } from "../../errors/factories/binary.js";
import type { Allowance } from "../bytes/allowance.js";
import type { ByteReader } from "../bytes/byte-reader.js";

/**
 * A table of values that change along the code of a function: pairs of a change (zigzag) and the bytes of code that the
 * value applies to, both as varints. A change of 0 ends it. Source: runtime/symtab.go, step.
 */
class ValueSteps {
  value = -1;
  /** The end of the code that the value applies to, counted in the smallest instructions. */
  until = 0;
  readonly #reader: ByteReader;
  readonly #end: number;
  readonly #allowance: Allowance;
  #at: number;

  constructor(reader: ByteReader, start: number, end: number, allowance: Allowance) {
    this.#allowance = allowance;
    this.#reader = reader;
    this.#at = start;
    this.#end = end;
  }

  next(): boolean {
    this.#allowance.spend(1);
    const change = this.#varint();
    if (change === 0 && this.until > 0) return false;
    this.value += change & 1 ? -(change >>> 1) - 1 : change >>> 1;
    const length = this.#varint();
    this.until += length;
    return length > 0;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#at >= this.#end) throw malformed("a table of program counters does not end", this.#at);
      const byte = this.#reader.u8(this.#at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw malformed("a number in a table of program counters is too large", this.#at);
  }
}

/**
 * Returns the first value of a table for code that is not inlined from another function.
 *
 * @param start Where the table begins, an offset in the file.
 * @param inlined Where the function's table of inlined calls begins (-1 is its own code), or `undefined` if it has none.
 * @param allowance Limits the steps through the tables.
 * @returns `undefined` if all of its code is inlined from other functions.
 */
export function firstOfOwn(
  reader: ByteReader,
  start: number,
  inlined: number | undefined,
  end: number,
  allowance: Allowance,
): number | undefined {
  const values = new ValueSteps(reader, start, end, allowance);
  if (!values.next()) return undefined;
  if (inlined === undefined) return values.value;
  const calls = new ValueSteps(reader, inlined, end, allowance);
  let from = 0;
  while (calls.next()) {
    if (calls.value === -1) {
      while (values.until <= from) if (!values.next()) return undefined;
      return values.value;
    }
    from = calls.until;
  }
  return undefined;
}
