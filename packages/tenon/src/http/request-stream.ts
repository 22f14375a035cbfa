import type { IncomingMessage } from "node:http";

/** How many bytes are read ahead. */
const mostHeld = 256 * 1024;

/**
 * The body of a request. Unlike the iterator of Node's streams it lets the socket flow until much is held, instead of stopping
 * it after each part. Reading begins with the first `next()`.
 */
export class RequestStream implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #message: IncomingMessage;
  #parts: Uint8Array[] = [];
  #held = 0;
  #state: "new" | "flowing" | "paused" | "ended" = "new";
  #failure: unknown;
  #wake: () => void = () => {};

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === "new") this.#start();
    for (;;) {
      const part = this.#parts.shift();
      if (part !== undefined) return { done: false, value: this.#taken(part) };
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#state === "ended") return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    const isOpen = this.#state === "flowing" || this.#state === "paused";
    this.#end();
    this.#parts = [];
    // Nobody reads the rest, and the client would have to send it all.
    if (isOpen) this.#message.destroy();
    return { done: true, value: undefined };
  }

  #start(): void {
    const message = this.#message;
    this.#state = "flowing";
    message.on("data", (part: Uint8Array) => this.#arrived(part));
    message.once("end", () => this.#end());
    message.on("error", (error) => this.#fail(error));
    message.once("close", () => this.#fail(new Error("the request was closed before its body was complete")));
  }

  #arrived(part: Uint8Array): void {
    if (this.#state === "ended") return;
    this.#parts.push(part);
    this.#held += part.length;
    if (this.#held >= mostHeld && this.#state === "flowing") {
      this.#state = "paused";
      this.#message.pause();
    }
    this.#wake();
  }

  #taken(part: Uint8Array): Uint8Array {
    this.#held -= part.length;
    if (this.#state === "paused" && this.#held < mostHeld / 2) {
      this.#state = "flowing";
      this.#message.resume();
    }
    return part;
  }

  #end(): void {
    this.#state = "ended";
    this.#wake();
  }

  #fail(error: unknown): void {
    if (this.#state === "ended") return;
    this.#failure ??= error;
    this.#end();
  }
}
