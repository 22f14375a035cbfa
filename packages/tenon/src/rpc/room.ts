import type { Channel } from "./channel.js";

/** What waits for room; it can leave before its turn. */
export interface Waiter {
  run(): void;
}

/**
 * The budget of bytes under way to the other side: those that were sent and that it has not taken yet. What is to be sent
 * beyond it waits here, in order, so that neither side can fill the other's memory.
 */
export class Room {
  /** Most bytes under way, 0 for no limit. One message may exceed it, so that a large one is always sent. */
  limit: number;
  readonly #channel: Channel;
  readonly #waiting = new Set<Waiter>();
  #asked = false;
  #closed = false;

  constructor(channel: Channel, limit: number) {
    this.#channel = channel;
    this.limit = limit;
  }

  /** Whether more bytes are under way than the limit allows. */
  get exceeded(): boolean {
    return this.limit > 0 && (this.#channel.flow?.outstanding ?? 0) > this.limit;
  }

  /** Whether what is to be sent must wait for its turn. */
  get full(): boolean {
    return this.#waiting.size > 0 || this.exceeded;
  }

  /** Calls `run` in its turn, once there is room or the connection has ended. */
  enter(waiter: Waiter): void {
    if (this.#closed) {
      waiter.run();
      return;
    }
    this.#waiting.add(waiter);
    this.#ask();
  }

  leave(waiter: Waiter): void {
    this.#waiting.delete(waiter);
  }

  /** The connection has ended: everything that waits finds that out by itself. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting) {
      this.#waiting.delete(waiter);
      waiter.run();
    }
  }

  #ask(): void {
    if (this.#asked || this.#closed || this.#waiting.size === 0) return;
    this.#asked = true;
    // Not as soon as the first byte fits: that would be one notification for each message.
    this.#channel.flow?.whenBelow(Math.floor(this.limit / 2), () => {
      this.#asked = false;
      for (const waiter of this.#waiting) {
        if (this.exceeded) break;
        this.#waiting.delete(waiter);
        waiter.run();
      }
      this.#ask();
    });
  }
}
