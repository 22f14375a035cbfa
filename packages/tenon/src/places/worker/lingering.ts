import type { BlockingChannel } from "../../rpc/index.js";
import { Polling } from "./polling.js";

/**
 * How long a thread that has answered a blocked thread waits for the next call, in milliseconds. A shorter time would cost
 * more: setting a timer that is due soon takes longer than waking the thread.
 */
const lingerMilliseconds = 5;
/** How many calls it answers in a row before its own timers and promises get their turn. */
const longestRun = 2000;
/** How often in a row it polls for the next call of a thread that is not blocked. */
const longestPolls = 100;

/** What {@link Lingering} needs of its channel. */
export interface LingeringChannel extends BlockingChannel {
  readonly closed: boolean;
  /** Whether it delivers frames: it is neither closed nor paused. */
  readonly delivers: boolean;
  /** Whether a frame is there. */
  readonly isReady: () => boolean;
  /** From here on, the other side posts a message for what it writes. What it wrote before is taken now. */
  wakes(): void;
}

/**
 * What a thread does between an answer and its event loop: the next call often comes before the thread could fall asleep and be
 * woken again, so it stays and looks for it.
 */
export class Lingering {
  readonly #channel: LingeringChannel;
  #answered = false;
  #willLook = false;
  readonly #polling = new Polling();
  /** Whether this thread will poll at the end of this turn, and how often it has since a message woke it. */
  #polls = false;
  #polled = 0;

  constructor(channel: LingeringChannel) {
    this.#channel = channel;
  }

  /** Whether this thread will look into the shared memory before it returns to its event loop. */
  get willLook(): boolean {
    return this.#willLook;
  }

  /** Called when a frame was written to the shared memory. @param awaited whether the other thread was waiting for it */
  wrote(awaited: boolean): void {
    if (awaited) this.#answered = true;
    else this.#pollSoon();
  }

  /**
   * Handles a message that woke this thread. If the answer went to a blocked thread, that thread's next call will come
   * immediately, so this one waits for it.
   */
  serve(handle: () => void): void {
    const channel = this.#channel;
    this.#willLook = true;
    this.#polled = 0;
    channel.announce();
    this.#answered = false;
    handle();
    for (let run = 0; this.#answered && !channel.closed && run < longestRun; run++) {
      this.#answered = false;
      if (!channel.wait(lingerMilliseconds)) break;
    }
    this.#willLook = false;
    channel.wakes();
  }

  /** Polls for the next call of a thread that is not blocked, once what runs in this turn is done. */
  #pollSoon(): void {
    if (this.#polls || this.#willLook || this.#polled >= longestPolls) return;
    this.#polls = true;
    process.nextTick(this.#poll);
  }

  readonly #poll = (): void => {
    this.#polls = false;
    const channel = this.#channel;
    if (!channel.delivers) return;
    this.#polled++;
    channel.announce();
    this.#polling.until(channel.isReady);
    channel.wakes();
  };
}
