import type { Readable } from "node:stream";
import { windowBytes } from "../protocol.js";
import type { ThreadContext } from "./thread-object.js";

/** Passes on the data of a stream, and pauses it while a full window was not consumed. */
export class Inflow {
  readonly #stream: Readable;
  #outstanding = 0;

  constructor(id: number, stream: Readable, { notify }: ThreadContext) {
    this.#stream = stream;
    stream.on("data", (chunk: Buffer) => {
      this.#outstanding += chunk.length;
      if (this.#outstanding >= windowBytes) stream.pause();
      notify({ is: "data", id, bytes: new Uint8Array(chunk) });
    });
  }

  consumed(bytes: number): void {
    this.#outstanding -= bytes;
    if (this.#outstanding < windowBytes) this.#stream.resume();
  }
}
