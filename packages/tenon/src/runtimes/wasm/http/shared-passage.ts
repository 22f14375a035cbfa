import { servedWindowBytes } from "../../../wasi/index.js";
import type { ToHandler } from "./messages.js";
import type { Passage } from "./request-body.js";

/**
 * Passes bodies of requests to a handler's thread, one request after the other, through memory that both share: a body in
 * messages would be new memory in each of them, which keeps the garbage collectors of both threads busy.
 */
export class SharedPassage implements Passage {
  readonly #post: (message: ToHandler) => void;
  #bytes: Uint8Array<SharedArrayBuffer> | undefined;
  /** Where the next byte goes. */
  #at = 0;
  #outstanding = 0;

  constructor(post: (message: ToHandler) => void) {
    this.#post = post;
  }

  /** Forgets what the last request has not read. */
  begin(): void {
    this.#outstanding = 0;
  }

  get isFull(): boolean {
    return this.#outstanding >= servedWindowBytes;
  }

  put(id: number, bytes: Uint8Array): number {
    const length = Math.min(bytes.length, servedWindowBytes - this.#outstanding, servedWindowBytes - this.#at);
    if (length === 0) return 0;
    const shared = this.#shared();
    const from = this.#at;
    shared.set(bytes.subarray(0, length), from);
    this.#at = (from + length) % servedWindowBytes;
    this.#outstanding += length;
    this.#post({ is: "part", id, from, length });
    return length;
  }

  taken(bytes: number): void {
    this.#outstanding -= bytes;
  }

  #shared(): Uint8Array<SharedArrayBuffer> {
    if (this.#bytes === undefined) {
      this.#bytes = new Uint8Array(new SharedArrayBuffer(servedWindowBytes));
      this.#post({ is: "passage", bytes: this.#bytes });
    }
    return this.#bytes;
  }
}
