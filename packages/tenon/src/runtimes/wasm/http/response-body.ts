/** How many bytes are taken from the plugin ahead of the reader. */
const readAheadBytes = 256 * 1024;
/** The size from which a part is returned as it is. Smaller ones that have arrived together are returned in one piece. */
const largeBytes = 16 * 1024;

/** The body of a response for its reader. It keeps what has arrived until it is read. */
export class ResponseBody implements AsyncIterableIterator<Uint8Array> {
  readonly #taken: (bytes: number) => void;
  readonly #left: () => void;
  #chunks: Uint8Array[] = [];
  #held = 0;
  /** Bytes that are held and not yet reported as taken. */
  #owed = 0;
  #ended = false;
  #failure: unknown;
  #wake: () => void = () => {};

  /**
   * @param taken Called with the number of bytes taken from the plugin: it may write as many more.
   * @param left Called when the reader stops before the end.
   */
  constructor(taken: (bytes: number) => void, left: () => void) {
    this.#taken = taken;
    this.#left = left;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#held > 0) return { done: false, value: this.#take() };
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    const isWhole = this.#ended;
    this.#chunks = [];
    this.#held = 0;
    this.end();
    if (!isWhole && this.#failure === undefined) this.#left();
    return { done: true, value: undefined };
  }

  push(bytes: Uint8Array): void {
    if (this.#ended || this.#failure !== undefined) return;
    this.#chunks.push(bytes);
    this.#held += bytes.length;
    this.#owed += bytes.length;
    if (this.#held <= readAheadBytes && this.#owed >= readAheadBytes / 2) this.#settle();
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  fail(reason: unknown): void {
    if (this.#ended) return;
    this.#failure ??= reason;
    this.#wake();
  }

  #take(): Uint8Array {
    const chunks = this.#chunks;
    let count = 1;
    let length = chunks[0]!.length;
    while (count < chunks.length && length + chunks[count]!.length <= largeBytes) length += chunks[count++]!.length;
    const taken = chunks.splice(0, count);
    this.#held -= length;
    if (this.#held <= readAheadBytes && this.#owed >= readAheadBytes / 2) this.#settle();
    return count === 1 ? taken[0]! : joined(taken, length);
  }

  /** Reports what was taken, unless the plugin writes no more. */
  #settle(): void {
    if (!this.#ended) this.#taken(this.#owed);
    this.#owed = 0;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
