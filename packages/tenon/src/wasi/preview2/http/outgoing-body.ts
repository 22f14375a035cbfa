import { Failure } from "../../model/failure.js";
import type { Field } from "../../network/protocol.js";
import type { Closable, Context } from "../io/context.js";
import { ErrorCase } from "../io/error-cases.js";
import { OutputStream } from "../io/output-stream.js";
import type { Fields } from "./fields.js";

/** Where a body is sent once its message is sent: `OutgoingBytes` of the network, for example. */
export interface BodyTarget {
  readonly room: number;
  readonly flushed: boolean;
  readonly closed: boolean;
  /** @throws Failure that ended it */
  check(): void;
  write(bytes: Uint8Array): unknown;
  flush(): void;
  end(trailers?: readonly Field[]): void;
}

const mostHeld = 64 * 1024;

/** `wasi:http/types.outgoing-body`: it is buffered until its message is sent, then passed on. */
export class OutgoingBody implements Closable {
  readonly #context: Context;
  readonly #length: bigint | undefined;
  readonly #part: "request" | "response";
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  #written = 0n;
  #target: BodyTarget | undefined;
  #abort: (() => void) | undefined;
  #given = false;
  #ended: readonly Field[] | undefined;
  #aborted = false;

  /** @param length the content length of the message's fields; `undefined` if they do not say. */
  constructor(context: Context, part: "request" | "response", length: bigint | undefined) {
    this.#context = context;
    this.#part = part;
    this.#length = length;
  }

  write(): OutputStream {
    if (this.#given) throw new ErrorCase(undefined);
    this.#given = true;
    return this.#context.track(
      new OutputStream({
        room: () => this.#room(),
        put: (bytes) => this.#put(bytes),
        flush: () => this.#target?.flush(),
        flushed: () => this.#target === undefined || this.#target.flushed || this.#target.closed,
      }),
    );
  }

  /** @throws ErrorCase if more or less was written than the fields say */
  finish(trailers: Fields | undefined): void {
    if (this.#length !== undefined && this.#length !== this.#written) {
      this.close();
      throw new ErrorCase({ tag: `HTTP-${this.#part}-body-size`, val: this.#written });
    }
    this.#ended = trailers?.wire ?? [];
    this.#target?.end(this.#ended);
  }

  /** Sends what is buffered, and everything that follows. @param abort aborts the message if the body is not finished */
  attach(target: BodyTarget, abort: () => void): void {
    this.#target = target;
    this.#abort = abort;
    for (const bytes of this.#held.splice(0)) target.write(bytes);
    if (this.#aborted) abort();
    else if (this.#ended !== undefined) target.end(this.#ended);
  }

  /** Aborts a body that was not finished, so that its receiver learns that it is incomplete. */
  close(): void {
    if (this.#ended !== undefined || this.#aborted) return;
    this.#aborted = true;
    this.#abort?.();
  }

  #room(): number | undefined {
    if (this.#ended !== undefined || this.#aborted) return undefined;
    if (this.#target === undefined) return mostHeld - this.#heldBytes;
    this.#target.check();
    return this.#target.room;
  }

  #put(bytes: Uint8Array): void {
    this.#written += BigInt(bytes.length);
    if (this.#length !== undefined && this.#written > this.#length) throw new Failure("invalid");
    if (this.#target !== undefined) {
      this.#target.write(bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }
}

/** Returns the length of a message's body according to its fields. */
export function contentLength(fields: Fields): bigint | undefined {
  const [value] = fields.get("content-length");
  const text = value === undefined ? "" : Buffer.from(value).toString("latin1");
  return /^\d{1,18}$/.test(text) ? BigInt(text) : undefined;
}
