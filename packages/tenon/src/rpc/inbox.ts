import type { Channel } from "./channel.js";

/** A frame that waits, or what is left of one. */
export interface WaitingFrame {
  readonly bytes: Uint8Array;
  readonly blobs: readonly Uint8Array[];
}

/** When to stop reading, and what reads. */
export interface InboxOptions {
  readonly channel: Channel;
  /** Reads the messages of a frame, at most until {@link Inbox.mustPause}. Returns the rest of it, if there is one. */
  read(frame: Uint8Array, blobs: readonly Uint8Array[]): WaitingFrame | undefined;
  /** Whether nothing more should be read for now: the other side must take or end something first. */
  full(): boolean;
  /** Whether this side is blocked: then it reads whatever there is, because it waits for one of the messages. */
  blocked(): boolean;
  /** Calls back when it is worth asking {@link full} again. */
  whenRoom(ready: () => void): void;
}

/**
 * Frames on their way to be read. Reading pauses while too much is under way, so that the channel holds the other side
 * back; and for one turn of the event loop after many calls, so that their answers are counted before more calls begin.
 */
export class Inbox {
  readonly #options: InboxOptions;
  #kept: WaitingFrame[] = [];
  #paused = false;
  #rests = false;
  #asked = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Whether reading must stop after the current message. */
  mustPause(): boolean {
    return !this.#options.blocked() && (this.#rests || this.#options.full());
  }

  /** Stops reading until the next turn of the event loop. */
  rest(): void {
    if (this.#rests) return;
    this.#rests = true;
    setImmediate(() => {
      this.#rests = false;
      this.check();
    });
  }

  receive(frame: Uint8Array, blobs: readonly Uint8Array[]): void {
    if (this.#kept.length > 0 || this.mustPause()) {
      this.#kept.push({ bytes: new Uint8Array(frame), blobs });
      this.check();
      return;
    }
    const left = this.#options.read(frame, blobs);
    if (left !== undefined) this.#kept.push({ bytes: new Uint8Array(left.bytes), blobs: left.blobs });
    if (left !== undefined || this.mustPause()) this.check();
  }

  /** Reads on if it may, and otherwise sees to it that it will. */
  check(): void {
    while (this.#kept.length > 0 && !this.mustPause()) {
      const { bytes, blobs } = this.#kept.shift()!;
      const left = this.#options.read(bytes, blobs);
      if (left !== undefined) this.#kept.unshift(left);
    }
    const pause = this.#kept.length > 0 || this.mustPause();
    if (pause !== this.#paused) {
      this.#paused = pause;
      this.#options.channel.flow?.pause(pause);
    }
    if (!pause || this.#rests || this.#asked) return;
    this.#asked = true;
    this.#options.whenRoom(() => {
      this.#asked = false;
      this.check();
    });
  }

  /** Reads everything now: this side is about to block. */
  unblock(): void {
    if (this.#kept.length > 0) this.check();
  }

  close(): void {
    this.#kept = [];
  }
}
