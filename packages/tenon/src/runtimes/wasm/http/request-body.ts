import { type Field, type Notice, windowBytes } from "../../../wasi/index.js";

/** The part of a request after its head, as the caller passes it. */
export interface RequestContent {
  readonly body?: AsyncIterable<Uint8Array> | undefined;
  readonly trailers?: PromiseLike<readonly Field[]> | undefined;
}

/** Sends a request's body to the plugin, at most one window ahead of what it has read. */
export class RequestBody {
  readonly #id: number;
  readonly #iterator: AsyncIterator<Uint8Array> | undefined;
  readonly #trailers: RequestContent["trailers"];
  readonly #post: (notice: Notice) => void;
  #outstanding = 0;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(id: number, { body, trailers }: RequestContent, post: (notice: Notice) => void) {
    this.#id = id;
    this.#iterator = body?.[Symbol.asyncIterator]();
    this.#trailers = trailers;
    this.#post = post;
  }

  /** Never rejects: if the body fails, the plugin is notified. */
  async send(): Promise<void> {
    const id = this.#id;
    try {
      for (let step = await this.#read(); step?.done === false; step = await this.#read()) {
        // A copy, because the whole underlying buffer would be sent.
        const bytes = new Uint8Array(step.value);
        this.#outstanding += bytes.length;
        if (!this.#stopped) this.#post({ is: "data", id, bytes });
      }
      const trailers = this.#stopped ? [] : ((await this.#trailers) ?? []);
      if (!this.#stopped) this.#post({ is: "ended", id, trailers });
    } catch {
      if (!this.#stopped) this.#post({ is: "failed", id, reason: "connection-reset", detail: "request" });
    }
  }

  consumed(bytes: number): void {
    this.#outstanding -= bytes;
    this.#wake();
  }

  /** Stops reading the body. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake();
    // Nothing useful to do if the body's clean-up fails.
    Promise.resolve(this.#iterator?.return?.()).catch(() => {});
  }

  async #read(): Promise<IteratorResult<Uint8Array> | undefined> {
    while (this.#outstanding >= windowBytes && !this.#stopped) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#stopped ? undefined : this.#iterator?.next();
  }
}
