import { Failure, systemFailure } from "../../model/failure.js";
import type { IncomingBytes } from "../../network/byte-flow.js";
import type { Closable, Context } from "../io/context.js";
import { ErrorCase } from "../io/error-cases.js";
import { InputStream } from "../io/input-stream.js";
import { Pollable } from "../io/pollable.js";
import { errorCode, errorCodeOf } from "./error-code.js";
import { Fields } from "./fields.js";

/** `wasi:http/types.incoming-body`. */
export class IncomingBody implements Closable {
  readonly #context: Context;
  readonly #incoming: IncomingBytes;
  readonly #end: () => void;
  #given = false;
  #finished = false;

  /** @param end closes the whole exchange. */
  constructor(context: Context, incoming: IncomingBytes, end: () => void) {
    this.#context = context;
    this.#incoming = incoming;
    this.#end = end;
  }

  stream(): InputStream {
    if (this.#given) throw new ErrorCase(undefined);
    this.#given = true;
    return this.#context.track(InputStream.ofNetwork(this.#incoming));
  }

  finish(): FutureTrailers {
    this.#finished = true;
    return this.#context.track(new FutureTrailers(this.#incoming, this.#end));
  }

  close(): void {
    if (!this.#finished) this.#end();
  }
}

/** `wasi:http/types.future-trailers`: the trailers after a body. Getting them discards the rest of the body. */
export class FutureTrailers implements Closable {
  readonly #incoming: IncomingBytes;
  readonly #end: () => void;
  #given = false;

  constructor(incoming: IncomingBytes, end: () => void) {
    this.#incoming = incoming;
    this.#end = end;
  }

  get() {
    const outcome = this.#outcome();
    if (outcome === undefined) return undefined;
    if (this.#given) return { tag: "err" };
    this.#given = true;
    return { tag: "ok", val: outcome };
  }

  subscribe(): Pollable {
    return new Pollable(() => this.#outcome() !== undefined);
  }

  close(): void {
    this.#end();
  }

  #outcome() {
    try {
      while (this.#incoming.available > 0) this.#incoming.take(Number.POSITIVE_INFINITY);
      if (!this.#incoming.ended) {
        if (this.#incoming.ready) this.#incoming.take(1);
        return undefined;
      }
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      const failure = systemFailure(thrown);
      return { tag: "err", val: (failure && errorCodeOf(failure)) ?? errorCode("internal-error") };
    }
    const { trailers } = this.#incoming;
    return { tag: "ok", val: trailers.length === 0 ? undefined : Fields.received(trailers) };
  }
}
