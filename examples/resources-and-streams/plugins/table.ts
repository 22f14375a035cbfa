import { createHash } from "node:crypto";
import { plugin } from "tenon/guest";
import { table } from "../contract.js";

let open = 0;
let generated = 0;

class Cursor {
  readonly #rows: string[][];
  #position = 0;

  constructor(csv: string) {
    this.#rows = csv.split("\n").map((line) => line.split(","));
    open++;
  }
  static open() {
    return open;
  }
  next() {
    return this.#rows[this.#position++];
  }
  skip(rows: number) {
    return (this.#position = Math.min(this.#position + rows, this.#rows.length));
  }
  /** Called once, when the host releases its handle. */
  [Symbol.dispose]() {
    open--;
  }
}

export default plugin(table, {
  tables: {
    Cursor,
    async countRows(csv, bar) {
      const lines = csv.split("\n");
      for (const _ of lines) await bar.advance(1);
      return lines.length;
    },
  },
  async *generate(rows) {
    const encoder = new TextEncoder();
    for (generated = 0; generated < rows; ) {
      generated++;
      yield encoder.encode(`row ${generated},${"x".repeat(16_000)}\n`);
    }
  },
  generated: () => generated,
  async checksum(data) {
    const hash = createHash("sha256");
    for await (const chunk of data) hash.update(chunk);
    return hash.digest("hex");
  },
});
