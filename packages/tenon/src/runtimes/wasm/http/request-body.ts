import { type Field, type Notice, windowBytes } from "../../../wasi/index.js";

/** What a request has after its head, as callers give it. */
export interface RequestRest {
  readonly body?: AsyncIterable<Uint8Array> | undefined;
  readonly trailers?: PromiseLike<readonly Field[]> | undefined;
}

/** Passes a request's body on, no further ahead of the plugin than a window. */
export class RequestBody {
  readonly #id: number;
  readonly #iterator: AsyncIterator<Uint8Array> | undefined;
  readonly #trailers: RequestRest["trailers"];
  readonly #tell: (notice: Notice) => void;
  #outstanding = 0;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(id: number, { body, trailers }: RequestRest, tell: (notice: Notice) => void) {
    this.#id = id;
    this.#iterator = body?.[Symbol.asyncIterator]();
    this.#trailers = trailers;
    this.#tell = tell;
  }

  /** Never rejects: a body that breaks is told to the plugin. */
  async send(): Promise<void> {
    const id = this.#id;
    try {
      for (let step = await this.#read(); step?.done === false; step = await this.#read()) {
        // A copy: what was read may be a part of something larger, which would be sent as a whole.
        const bytes = new Uint8Array(step.value);
        this.#outstanding += bytes.length;
        if (!this.#stopped) this.#tell({ is: "data", id, bytes });
      }
      const trailers = this.#stopped ? [] : ((await this.#trailers) ?? []);
      if (!this.#stopped) this.#tell({ is: "ended", id, trailers });
    } catch {
      if (!this.#stopped) this.#tell({ is: "failed", id, reason: "connection-reset", detail: "request" });
    }
  }

  consumed(bytes: number): void {
    this.#outstanding -= bytes;
    this.#wake();
  }

  /** Nobody wants more of it. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake();
    // The reader's clean-up has nobody to tell of its failure.
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
