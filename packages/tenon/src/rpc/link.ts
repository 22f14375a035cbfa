import { callTooLarge } from "../errors/factories/call.js";
import type { TenonError } from "../errors/index.js";
import type { BlockedSides } from "./blocked-sides.js";
import type { Channel } from "./channel.js";
import type { Exchange } from "./exchange.js";
import { Outbox } from "./outbox.js";
import type { Origin } from "./pending.js";
import { Room } from "./room.js";

export interface LinkOptions {
  readonly channel: Channel;
  readonly role: "host" | "plugin";
  readonly bytes: number;
  /** Most bytes under way to the other side, 0 for no limit. */
  readonly buffer: number;
  hold?(active: boolean): void;
  exchange(): Exchange;
}

/** What the parts of a peer share: the outbox, the limit, and whether the connection is still open. */
export class Link {
  readonly channel: Channel;
  readonly role: "host" | "plugin";
  readonly outbox: Outbox;
  readonly exchange: () => Exchange;
  readonly room: Room;
  /** Most bytes of a value. */
  bytes: number;
  /** In how many nested synchronous calls this side is blocked. */
  blocked = 0;
  /** Calls that were made for a side which is blocked: see {@link blockedSides}. */
  readonly within = new Map<number, BlockedSides>();
  /** How many blocking calls of the other side are being served by promises. Calls that these make look like any others. */
  unclear = 0;
  closed: TenonError | undefined;
  /** Whether the other side can call functions of this one. */
  serves = false;
  /** Whether this side can call functions of the other. */
  calls = false;
  /** Returns the origin of a call that this side made and that is not answered, by its number. */
  originOf: (id: number) => Origin | undefined = () => undefined;
  /** Called when this side is about to block until the other answers. */
  blocking: () => void = () => {};
  readonly #onHold: ((active: boolean) => void) | undefined;
  #held = 0;

  constructor(options: LinkOptions) {
    this.channel = options.channel;
    this.role = options.role;
    this.bytes = options.bytes;
    this.exchange = options.exchange;
    this.#onHold = options.hold?.bind(options);
    this.room = new Room(options.channel, options.buffer);
    this.outbox = new Outbox((frame, blobs) => this.channel.send(frame, blobs), this.channel.detaches);
  }

  /** The code for an exception of this side's own functions. */
  get threw(): "TENON_IMPORT_THREW" | "TENON_CALL_THREW" {
    return this.role === "host" ? "TENON_IMPORT_THREW" : "TENON_CALL_THREW";
  }

  /** Call with `true` when this side begins to wait for the other, and with `false` when it no longer does: in pairs. */
  hold(active: boolean): void {
    this.#held += active ? 1 : -1;
    if (this.#held === (active ? 1 : 0)) this.#onHold?.(active);
  }

  /** Sends a message that consists of one number. */
  sendNumber(kind: number, value: number): void {
    this.outbox.begin(kind, Number.POSITIVE_INFINITY).varint(value);
    this.outbox.commit();
  }

  tooLarge(label: string, part: "parameters" | "result" | "error"): TenonError {
    return callTooLarge(label, part, this.bytes);
  }
}
