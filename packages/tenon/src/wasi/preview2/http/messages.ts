import type { HttpExchange } from "../../network/http-exchange.js";
import type { Closable, Context } from "../io/context.js";
import { ErrorCase } from "../io/error-cases.js";
import { Pollable } from "../io/pollable.js";
import { type ErrorCode, errorCode } from "./error-code.js";
import { Fields } from "./fields.js";
import { IncomingBody } from "./incoming-body.js";
import { contentLength, OutgoingBody } from "./outgoing-body.js";

/** `wasi:http/types.method` and `scheme`. */
export interface MethodOrScheme {
  readonly tag: string;
  readonly val?: string;
}

/** `wasi:http/types.outgoing-request`. */
export class OutgoingRequest {
  readonly headers: Fields;
  method: MethodOrScheme = { tag: "get" };
  scheme: MethodOrScheme | undefined;
  authority: string | undefined;
  path: string | undefined;
  body: OutgoingBody | undefined;

  constructor(headers: Fields) {
    this.headers = headers.frozen();
  }

  /** @throws ErrorCase if it was taken before */
  takeBody(context: Context): OutgoingBody {
    if (this.body !== undefined) throw new ErrorCase(undefined);
    this.body = context.track(new OutgoingBody(context, "request", contentLength(this.headers)));
    return this.body;
  }
}

/** `wasi:http/types.request-options`, in nanoseconds. */
export class RequestOptions {
  connectTimeout: bigint | undefined;
  firstByteTimeout: bigint | undefined;
  betweenBytesTimeout: bigint | undefined;
}

/** `wasi:http/types.outgoing-response`: a response that a component sends. */
export class OutgoingResponse {
  readonly headers: Fields;
  status = 200;
  body: OutgoingBody | undefined;

  constructor(headers: Fields) {
    this.headers = headers.frozen();
  }

  takeBody(context: Context): OutgoingBody {
    if (this.body !== undefined) throw new ErrorCase(undefined);
    this.body = context.track(new OutgoingBody(context, "response", contentLength(this.headers)));
    return this.body;
  }
}

/** `wasi:http/types.response-outparam`: where a component puts its response. */
export class ResponseOutparam {
  readonly set: (response: OutgoingResponse | ErrorCode) => void;

  constructor(set: (response: OutgoingResponse | ErrorCode) => void) {
    this.set = set;
  }
}

/** `wasi:http/types.incoming-request`: a request that a component serves. */
export class IncomingRequest {
  readonly method: MethodOrScheme;
  readonly scheme: MethodOrScheme | undefined;
  readonly authority: string | undefined;
  readonly path: string | undefined;
  readonly headers: Fields;
  #body: IncomingBody | undefined;

  constructor(head: Pick<IncomingRequest, "method" | "scheme" | "authority" | "path" | "headers">, body: IncomingBody) {
    this.method = head.method;
    this.scheme = head.scheme;
    this.authority = head.authority;
    this.path = head.path;
    this.headers = head.headers;
    this.#body = body;
  }

  consume(): IncomingBody {
    if (this.#body === undefined) throw new ErrorCase(undefined);
    const body = this.#body;
    this.#body = undefined;
    return body;
  }
}

/** `wasi:http/types.incoming-response`. */
export class IncomingResponse implements Closable {
  readonly status: number;
  readonly headers: Fields;
  readonly #context: Context;
  readonly #exchange: HttpExchange;
  #consumed = false;

  constructor(context: Context, exchange: HttpExchange, { status, fields }: NonNullable<HttpExchange["response"]>) {
    this.#context = context;
    this.#exchange = exchange;
    this.status = status;
    this.headers = Fields.received(fields);
  }

  consume(): IncomingBody {
    if (this.#consumed) throw new ErrorCase(undefined);
    this.#consumed = true;
    const exchange = this.#exchange;
    return this.#context.track(new IncomingBody(this.#context, exchange.incoming, () => exchange.close()));
  }

  close(): void {
    if (!this.#consumed) this.#exchange.close();
  }
}

/** `wasi:http/types.future-incoming-response`. */
export class FutureResponse implements Closable {
  readonly #context: Context;
  readonly #exchange: HttpExchange;
  #given = false;

  constructor(context: Context, exchange: HttpExchange) {
    this.#context = context;
    this.#exchange = exchange;
  }

  get() {
    this.#context.capabilities.network.pump();
    const { settled, response, failure } = this.#exchange;
    if (!settled) return undefined;
    if (this.#given) return { tag: "err" };
    this.#given = true;
    if (response === undefined) {
      this.#exchange.close();
      return { tag: "ok", val: { tag: "err", val: errorCode(failure ?? "internal-error") } };
    }
    const answer = this.#context.track(new IncomingResponse(this.#context, this.#exchange, response));
    return { tag: "ok", val: { tag: "ok", val: answer } };
  }

  subscribe(): Pollable {
    return new Pollable(() => this.#exchange.settled);
  }

  close(): void {
    if (!this.#given) this.#exchange.close();
  }
}
