import type { TenonError } from "../errors/index.js";

/** What a channel reports to its owner. */
export interface ChannelHandlers {
  /**
   * A frame arrived, whole and in order. Its bytes stay unchanged until the handler returns; afterwards the channel may
   * reuse them, so a handler that keeps bytes must copy them. The blobs are the handler's to keep.
   */
  frame(bytes: Uint8Array, blobs?: readonly Uint8Array[]): void;
  /** The channel ended: with the error that ended it, or without one if either side closed it. Called once. */
  closed(error: TenonError | undefined): void;
}

/**
 * Carries whole binary frames in both directions between two sides: two threads, two processes, or two objects in a test.
 * A frame may have blobs: large bytes that are not part of it, so that they need not be copied into it and out of it.
 *
 * Frames arrive in the order in which they were sent, or the channel closes. A {@link Peer} already collects the messages
 * of one turn of the event loop into one frame, so a channel need not batch.
 */
export interface Channel {
  /**
   * Sends a frame with its blobs. The frame's bytes are valid only during this call: a channel that keeps them must copy
   * them. The blobs now belong to the channel; each has an `ArrayBuffer` of its own. Never throws.
   */
  send(frame: Uint8Array, blobs?: readonly Uint8Array[]): void;
  /** Whether sending a blob takes its memory from everybody else who has it. */
  readonly detaches?: boolean | undefined;
  /** Starts to deliver frames. Frames that arrived earlier are kept until then. */
  open(handlers: ChannelHandlers): void;
  /** Sends what was accepted, then ends. Delivers no more frames, and calls `closed` on both sides. */
  close(): void;
  /** Present if the channel knows how much the other side has taken, and can hold it back. */
  readonly flow?: ChannelFlow | undefined;
  /** Present if the caller can block until something arrives (threads that share memory). */
  readonly blocking?: BlockingChannel | undefined;
}

/** How the two sides of a channel keep each other from running ahead. */
export interface ChannelFlow {
  /** How many bytes were sent and not yet taken by the other side. */
  readonly outstanding: number;
  /** Calls `ready` once, later, when at most so many bytes are outstanding. */
  whenBelow(bytes: number, ready: () => void): void;
  /** Stops delivering frames, so that the other side is held back; a frame that has arrived may still come. */
  pause(paused: boolean): void;
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

class MemoryChannel implements Channel, ChannelFlow {
  #handlers: ChannelHandlers | undefined;
  #early: { readonly frame: Uint8Array; readonly blobs: readonly Uint8Array[] | undefined }[] = [];
  #paused = false;
  #ended = false;
  #below: { readonly bytes: number; readonly ready: () => void }[] = [];
  outstanding = 0;
  other!: MemoryChannel;

  get flow(): ChannelFlow {
    return this;
  }

  send(frame: Uint8Array, blobs?: readonly Uint8Array[]): void {
    if (this.#ended) return;
    const copy = new Uint8Array(frame);
    this.outstanding += copy.byteLength;
    queueMicrotask(() => this.other.#deliver(copy, blobs));
  }

  open(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    this.#deliverEarly();
  }

  whenBelow(bytes: number, ready: () => void): void {
    this.#below.push({ bytes, ready });
    queueMicrotask(() => this.#notify());
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (!paused) this.#deliverEarly();
  }

  close(): void {
    if (this.#ended) return;
    this.#end();
    queueMicrotask(() => this.other.#end());
  }

  #deliver(frame: Uint8Array, blobs: readonly Uint8Array[] | undefined): void {
    if (this.#ended) return;
    if (this.#handlers === undefined || this.#paused || this.#early.length > 0) this.#early.push({ frame, blobs });
    else this.#take(frame, blobs, this.#handlers);
  }

  #deliverEarly(): void {
    while (!this.#paused && !this.#ended && this.#handlers !== undefined) {
      const early = this.#early.shift();
      if (early === undefined) return;
      this.#take(early.frame, early.blobs, this.#handlers);
    }
  }

  #take(frame: Uint8Array, blobs: readonly Uint8Array[] | undefined, handlers: ChannelHandlers): void {
    this.other.outstanding -= frame.byteLength;
    handlers.frame(frame, blobs);
    this.other.#notify();
  }

  #notify(): void {
    for (const waiting of this.#below.splice(0)) {
      if (this.outstanding <= waiting.bytes) waiting.ready();
      else this.#below.push(waiting);
    }
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
