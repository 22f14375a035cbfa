/** A program's standard input. */
export interface Input {
  /** Whether {@link take} would return bytes or the end without waiting. */
  readonly ready: boolean;
  /** How many bytes have arrived and were not taken yet. */
  readonly available: number;
  /** Whether everything was taken, and nothing more will arrive. */
  readonly ended: boolean;
  /** Returns the next bytes, at most `length`; none at the end, or if nothing has arrived. A view that must not be changed. */
  take(length: number): Uint8Array;
}

/** Input of which all bytes are known from the start. */
export class GivenInput implements Input {
  readonly ready = true;
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(input: string | Uint8Array | undefined) {
    this.#bytes = typeof input === "string" ? Buffer.from(input, "utf8") : (input ?? new Uint8Array());
  }

  get available(): number {
    return this.#bytes.length - this.#position;
  }

  get ended(): boolean {
    return this.available === 0;
  }

  take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#position, this.#position + length);
    this.#position += taken.length;
    return taken;
  }
}
