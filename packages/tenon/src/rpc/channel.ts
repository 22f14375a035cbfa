import type { TenonError } from "../errors/index.js";

/** What a channel's owner is told. */
export interface ChannelHandlers {
  /**
   * A frame arrived, whole and in order. Its bytes stay unchanged until the handler returns, and may be reused by the
   * channel afterwards: whoever keeps some of them copies.
   */
  frame(bytes: Uint8Array): void;
  /** The channel ended: with the error that ended it, or without one when either side closed it. Called once. */
  closed(error: TenonError | undefined): void;
}

/**
 * A duplex of whole binary frames between two sides: two threads, two processes, or two objects in a test.
 *
 * Frames arrive in the order in which they were sent, or the channel closes. A {@link Peer} already gathers the messages
 * of one turn of the event loop into one frame, so a channel need not batch.
 */
export interface Channel {
  /** Sends a frame. The bytes are valid during this call only: a channel that keeps them copies. Never throws. */
  send(frame: Uint8Array): void;
  /** Begins to deliver. Frames that came earlier are kept until then. */
  open(handlers: ChannelHandlers): void;
  /** Sends what was accepted, then ends. Nothing is delivered any more; `closed` is called on both sides. */
  close(): void;
  /** Present where the caller can block until something arrives (threads that share memory). */
  readonly blocking?: BlockingChannel | undefined;
}

/** What a channel between two threads offers besides. */
export interface BlockingChannel {
  /** Whether the other side is blocked in {@link wait} right now, so that frames should go out at once. */
  awaited(): boolean;
  /** Says that {@link wait} will follow at once, so that what is answered meanwhile takes the shortest way. */
  announce(): void;
  /**
   * Blocks until a frame was delivered to the handlers, at most so many milliseconds (`Infinity` for ever).
   * Answers false when nothing came, and when the other side has ended.
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
 * Two ends of a channel inside this thread. Every frame is copied, so whatever passes has really been serialised: what
 * works over this works over a thread or process.
 */
export function memoryChannelPair(): [Channel, Channel] {
  const first = new MemoryChannel();
  const second = new MemoryChannel();
  first.other = second;
  second.other = first;
  return [first, second];
}
