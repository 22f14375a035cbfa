import { errors, type TenonError } from "../errors/index.js";
import type { Channel } from "./channel.js";
import type { Exchange } from "./exchange.js";
import { Outbox } from "./outbox.js";

export interface LinkOptions {
  readonly channel: Channel;
  readonly role: "host" | "plugin";
  readonly bytes: number;
  hold?(active: boolean): void;
  exchange(): Exchange;
}

/** What the parts of a peer share: the way out, the limit, and whether the connection still stands. */
export class Link {
  readonly channel: Channel;
  readonly role: "host" | "plugin";
  readonly outbox: Outbox;
  readonly exchange: () => Exchange;
  /** Bytes of the largest value. */
  bytes: number;
  /** How many synchronous calls this side is blocked in, one inside the other. */
  blocked = 0;
  closed: TenonError | undefined;
  readonly #onHold: ((active: boolean) => void) | undefined;
  #held = 0;

  constructor(options: LinkOptions) {
    this.channel = options.channel;
    this.role = options.role;
    this.bytes = options.bytes;
    this.exchange = options.exchange;
    this.#onHold = options.hold?.bind(options);
    this.outbox = new Outbox((frame) => this.channel.send(frame));
  }

  /** The code for an exception of this side's own functions. */
  get threw(): "TENON_IMPORT_THREW" | "TENON_CALL_THREW" {
    return this.role === "host" ? "TENON_IMPORT_THREW" : "TENON_CALL_THREW";
  }

  /** Something is awaited from the other side, or no longer: calls of the two kinds are balanced. */
  hold(active: boolean): void {
    this.#held += active ? 1 : -1;
    if (this.#held === (active ? 1 : 0)) this.#onHold?.(active);
  }

  /** Sends a message that consists of one number. */
  sendNumber(kind: number, value: number): void {
    this.outbox.begin(kind, Number.POSITIVE_INFINITY).varint(value);
    this.outbox.commit();
  }

  tooLarge(what: string, subject: string): TenonError {
    return errors.TENON_CALL_TOO_LARGE({ message: `${what} than the limit of ${this.bytes} bytes`, subject });
  }
}

/** The error that everything pending ends with, for one call. */
export function rejection(label: string, reason: TenonError): TenonError {
  return errors[reason.code]({
    message: `${label}: ${reason.message}`,
    subject: label,
    fix: reason.fix,
    cause: reason.cause ?? reason,
  });
}
