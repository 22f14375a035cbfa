import { type CommandSink, IncomingBytes, OutgoingBytes } from "./byte-flow.js";
import { type Field, type Notice, servedWindowBytes } from "./protocol.js";

/** A request before its body. */
export interface RequestHead {
  readonly method: string;
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly pathWithQuery: string | undefined;
  readonly fields: readonly Field[];
}

/** The answer to a request: the head of a response, or the name of an error code. */
export type ServedAnswer =
  | { readonly is: "response"; readonly status: number; readonly fields: readonly Field[] }
  | { readonly is: "refusal"; readonly code: string };

/**
 * An HTTP request that a plugin serves, in the plugin's thread. The thread that received the request sends notices and
 * receives commands.
 */
export class ServedExchange {
  readonly head: RequestHead;
  /** The body of the request. */
  readonly incoming: IncomingBytes;
  /** The body of the response. */
  readonly outgoing: OutgoingBytes;
  readonly #id: number;
  readonly #sink: CommandSink;
  readonly #answer: (answer: ServedAnswer) => void;
  #answered = false;

  constructor(id: number, head: RequestHead, sink: CommandSink, answer: (answer: ServedAnswer) => void) {
    this.head = head;
    this.incoming = new IncomingBytes(sink, id, servedWindowBytes);
    this.outgoing = new OutgoingBytes(sink, id, true, servedWindowBytes);
    this.#id = id;
    this.#sink = sink;
    this.#answer = answer;
  }

  get answered(): boolean {
    return this.#answered;
  }

  answer(answer: ServedAnswer): void {
    this.#answered = true;
    this.#answer(answer);
  }

  /** Delivers a notice. A failure with the detail `request` or `response` affects only that body. */
  notice(notice: Notice): void {
    switch (notice.is) {
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
        if (notice.detail !== "response") this.incoming.fail(notice.reason);
        if (notice.detail !== "request") this.outgoing.fail(notice.reason);
        break;
    }
  }

  /** Closes the exchange, complete or not. */
  close(): void {
    this.#sink.post({ do: "close", id: this.#id });
  }
}
