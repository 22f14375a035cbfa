/** How many bytes are taken from the plugin ahead of the reader. */
const readAheadBytes = 64 * 1024;

/** The body of a response for its reader. It keeps what has arrived until it is read, and then returns it in one piece. */
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
    const [first, ...more] = this.#chunks;
    const value = more.length === 0 ? first! : new Uint8Array(Buffer.concat(this.#chunks));
    this.#chunks = [];
    this.#held = 0;
    if (this.#owed >= readAheadBytes / 2) this.#settle();
    return value;
  }

  /** Reports what was taken, unless the plugin writes no more. */
  #settle(): void {
    if (!this.#ended) this.#taken(this.#owed);
    this.#owed = 0;
  }
}
