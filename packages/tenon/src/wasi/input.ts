/** What a program reads from its standard input: bytes that are all there from the beginning. */
export class Input {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(input: string | Uint8Array | undefined) {
    this.#bytes = typeof input === "string" ? Buffer.from(input, "utf8") : (input ?? new Uint8Array());
  }

  /** Bytes that are left; 0 at the end. */
  get left(): number {
    return this.#bytes.length - this.#position;
  }

  /** The next bytes, at most `length`: a view of what must not be changed. */
  take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#position, this.#position + length);
    this.#position += taken.length;
    return taken;
  }
}
