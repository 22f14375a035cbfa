import type { TenonError } from "../errors/index.js";

/** What a channel reports to its owner. */
export interface ChannelHandlers {
  /**
   * A frame arrived, whole and in order. Its bytes stay unchanged until the handler returns; afterwards the channel may
   * reuse them, so a handler that keeps bytes must copy them.
   */
  frame(bytes: Uint8Array): void;
  /** The channel ended: with the error that ended it, or without one if either side closed it. Called once. */
  closed(error: TenonError | undefined): void;
}

/**
 * Carries whole binary frames in both directions between two sides: two threads, two processes, or two objects in a test.
 *
 * Frames arrive in the order in which they were sent, or the channel closes. A {@link Peer} already collects the messages
 * of one turn of the event loop into one frame, so a channel need not batch.
 */
export interface Channel {
  /** Sends a frame. The bytes are valid only during this call: a channel that keeps them must copy them. Never throws. */
  send(frame: Uint8Array): void;
  /** Starts to deliver frames. Frames that arrived earlier are kept until then. */
  open(handlers: ChannelHandlers): void;
  /** Sends what was accepted, then ends. Delivers no more frames, and calls `closed` on both sides. */
  close(): void;
  /** Present if the caller can block until something arrives (threads that share memory). */
  readonly blocking?: BlockingChannel | undefined;
}

/** The additional functions of a channel between two threads. */
export interface BlockingChannel {
  /** Whether the other side is blocked in {@link wait} right now, so that frames should be sent immediately. */
  awaited(): boolean;
  /** Announces that {@link wait} follows immediately, so that answers in the meantime take the fastest path. */
  announce(): void;
  /**
   * Blocks until a frame was delivered to the handlers, at most so many milliseconds (`Infinity` for no limit). Returns
   * false if nothing arrived, or the other side has ended.
   */
  wait(milliseconds: number): boolean;
}

class MemoryChannel implements Channel {
  #handlers: ChannelHandlers | undefined;
  #early: Uint8Array[] = [];
  #ended = false;
  other!: MemoryChannel;

  send(frame: Uint8Array): void {
    if (this.#ended) return;
    const copy = new Uint8Array(frame);
    queueMicrotask(() => this.other.#deliver(copy));
  }

  open(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    for (const frame of this.#early.splice(0)) this.#deliver(frame);
  }

  close(): void {
    if (this.#ended) return;
    this.#end();
    queueMicrotask(() => this.other.#end());
  }

  #deliver(frame: Uint8Array): void {
    if (this.#ended) return;
    if (this.#handlers === undefined) this.#early.push(frame);
    else this.#handlers.frame(frame);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#handlers?.closed(undefined);
  }
}

/**
 * Returns the two ends of a channel inside this thread. Every frame is copied, so everything is really serialised: what
 * works over this channel works between threads and processes.
 */
export function memoryChannelPair(): [Channel, Channel] {
  const first = new MemoryChannel();
  const second = new MemoryChannel();
  first.other = second;
  second.other = first;
  return [first, second];
}
