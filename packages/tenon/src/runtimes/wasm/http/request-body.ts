import { type Field, type Notice, windowBytes } from "../../../wasi/index.js";

/** The part of a request after its head, as the caller passes it. */
export interface RequestContent {
  readonly body?: AsyncIterable<Uint8Array> | undefined;
  readonly trailers?: PromiseLike<readonly Field[]> | undefined;
}

/** How bytes reach the plugin's thread. */
export interface Passage {
  /** Whether the plugin must read before there is room for more. */
  readonly isFull: boolean;
  /** Passes as many bytes as there is room for in one piece. @returns how many */
  put(id: number, bytes: Uint8Array): number;
  /** Called when the plugin has read bytes, so that others can take their place. */
  taken(bytes: number): void;
}

/** A passage of messages. */
export class MessagePassage implements Passage {
  readonly #post: (notice: Notice) => void;
  #outstanding = 0;

  constructor(post: (notice: Notice) => void) {
    this.#post = post;
  }

  get isFull(): boolean {
    return this.#outstanding >= windowBytes;
  }

  put(id: number, given: Uint8Array): number {
    // A copy, because the whole underlying buffer would be sent.
    const bytes = new Uint8Array(given);
    this.#outstanding += bytes.length;
    this.#post({ is: "data", id, bytes });
    return bytes.length;
  }

  taken(bytes: number): void {
    this.#outstanding -= bytes;
  }
}

/** Sends a request's body to the plugin, at most as far ahead of what it has read as the passage is long. */
export class RequestBody {
  readonly #id: number;
  readonly #iterator: AsyncIterator<Uint8Array> | undefined;
  readonly #trailers: RequestContent["trailers"];
  readonly #post: (notice: Notice) => void;
  readonly #passage: Passage;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(
    id: number,
    { body, trailers }: RequestContent,
    post: (notice: Notice) => void,
    passage: Passage = new MessagePassage(post),
  ) {
    this.#id = id;
    this.#passage = passage;
    this.#iterator = body?.[Symbol.asyncIterator]();
    this.#trailers = trailers;
    this.#post = post;
  }

  /** Never rejects: if the body fails, the plugin is notified. */
  async send(): Promise<void> {
    const id = this.#id;
    try {
      for (let step = await this.#read(); step?.done === false; step = await this.#read()) {
        for (let sent = 0; sent < step.value.length && !this.#stopped; ) {
          const count = this.#passage.put(id, step.value.subarray(sent));
          sent += count;
          if (count === 0) await this.#room();
        }
      }
      const trailers = this.#stopped ? [] : ((await this.#trailers) ?? []);
      if (!this.#stopped) this.#post({ is: "ended", id, trailers });
    } catch {
      if (!this.#stopped) this.#post({ is: "failed", id, reason: "connection-reset", detail: "request" });
    }
  }

  consumed(bytes: number): void {
    this.#passage.taken(bytes);
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

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #read(): Promise<IteratorResult<Uint8Array> | undefined> {
    while (this.#passage.isFull && !this.#stopped) await this.#room();
    return this.#stopped ? undefined : this.#iterator?.next();
  }
}
