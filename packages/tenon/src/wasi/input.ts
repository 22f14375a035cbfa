/** A program's standard input. All of its bytes are known from the start. */
export class Input {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(input: string | Uint8Array | undefined) {
    this.#bytes = typeof input === "string" ? Buffer.from(input, "utf8") : (input ?? new Uint8Array());
  }

  /** How many bytes are left; 0 at the end. */
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  /** Returns the next bytes, at most `length`. It is a view that must not be changed. */
  take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#position, this.#position + length);
    this.#position += taken.length;
    return taken;
  }
}
