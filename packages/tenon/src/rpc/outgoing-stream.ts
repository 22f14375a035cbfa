/** Where an outgoing stream writes to. `item` throws a coded error if the value cannot be sent. */
export interface StreamSink {
  item(id: number, value: unknown): void;
  end(id: number): void;
  break(id: number, thrown: unknown): void;
  /** Resolves when there is room for more; `undefined` if there is. */
  room(): Promise<void> | undefined;
}

/** The largest chunk of a byte stream. Larger chunks are split, so that credit limits bytes as well as items. */
export const chunkBytes = 64 * 1024;

/**
 * The writing end of a stream. Pulls only as many elements from its source as the reader has requested, and stops the
 * source when the reader stops.
 */
export class OutgoingStream {
  readonly #id: number;
  readonly #source: AsyncIterable<unknown>;
  readonly #bytes: boolean;
  readonly #sink: StreamSink;
  #iterator: AsyncIterator<unknown> | undefined;
  #rest: Uint8Array | undefined;
  #credit = 0;
  #pumping = false;
  #ended = false;

  constructor(id: number, source: AsyncIterable<unknown>, bytes: boolean, sink: StreamSink) {
    this.#id = id;
    this.#source = source;
    this.#bytes = bytes;
    this.#sink = sink;
  }

  /** The reader requests more elements. */
  pull(count: number): void {
    this.#credit += count;
    if (!this.#pumping && !this.#ended) void this.#pump();
  }

  /** The reader stops: stops the source, and confirms the end. */
  stop(): void {
    if (this.#ended) return;
    this.#release();
    this.#sink.end(this.#id);
  }

  /** The connection has ended: stops the source. */
  close(): void {
    if (!this.#ended) this.#release();
  }

  /** The message with the stream was not sent: leaves the source untouched. */
  discard(): void {
    this.#ended = true;
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      this.#iterator ??= this.#source[Symbol.asyncIterator]();
      while (this.#credit > 0 && !this.#ended) {
        const room = this.#sink.room();
        if (room !== undefined) {
          await room;
          continue;
        }
        if (this.#rest === undefined) {
          const step = await this.#iterator.next();
          if (this.#ended) return;
          if (step.done === true) {
            this.#ended = true;
            this.#sink.end(this.#id);
            return;
          }
          if (!this.#bytes || !(step.value instanceof Uint8Array)) {
            this.#credit--;
            this.#sink.item(this.#id, step.value);
            continue;
          }
          this.#rest = step.value;
        }
        const chunk: Uint8Array = this.#rest;
        this.#rest = chunk.byteLength > chunkBytes ? chunk.subarray(chunkBytes) : undefined;
        this.#credit--;
        this.#sink.item(this.#id, chunk.subarray(0, chunkBytes));
      }
    } catch (thrown) {
      if (this.#ended) return;
      this.#release();
      this.#sink.break(this.#id, thrown);
    } finally {
      this.#pumping = false;
    }
  }

  #release(): void {
    this.#ended = true;
    this.#rest = undefined;
    try {
      // A source that was never read may hold resources, too. There is nothing to report its clean-up error to.
      const iterator = this.#iterator ?? this.#source[Symbol.asyncIterator]();
      Promise.resolve(iterator.return?.()).catch(() => {});
    } catch {}
  }
}
