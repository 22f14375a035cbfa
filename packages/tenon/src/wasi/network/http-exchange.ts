import { IncomingBytes, OutgoingBytes } from "./byte-flow.js";
import type { NetworkObject, ObjectNetwork } from "./network-object.js";
import type { Field, Notice } from "./protocol.js";

/** An HTTP request in progress, and its response. */
export class HttpExchange implements NetworkObject {
  /** The body of the request. */
  readonly outgoing: OutgoingBytes;
  /** The body of the response. */
  readonly incoming: IncomingBytes;
  response: { readonly status: number; readonly fields: readonly Field[] } | undefined;
  /** Why there is no complete response: a case of `wasi:http/types.error-code`. */
  failure: string | undefined;
  readonly #network: ObjectNetwork;
  readonly #id: number;

  constructor(network: ObjectNetwork, id: number) {
    this.#network = network;
    this.#id = id;
    this.outgoing = new OutgoingBytes(network, id);
    this.incoming = new IncomingBytes(network, id);
  }

  /** Whether the response has started, or never will. */
  get settled(): boolean {
    return this.response !== undefined || this.failure !== undefined;
  }

  notice(notice: Notice): void {
    switch (notice.is) {
      case "response":
        this.response = notice;
        break;
      case "data":
        this.incoming.arrived(notice.bytes);
        break;
      case "ended":
        this.incoming.end(notice.trailers);
        break;
      case "written":
        this.outgoing.written(notice.bytes);
        break;
      case "failed":
        this.failure = notice.detail ?? "internal-error";
        this.incoming.fail(notice.reason);
        this.outgoing.fail(notice.reason);
        break;
    }
  }

  close(): void {
    this.#network.drop(this.#id);
  }
}
