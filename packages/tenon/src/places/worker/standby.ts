import type { Runtime } from "../../runtime/index.js";
import type { Thread, ThreadOptions } from "./thread.js";

/** How long after a plugin's start the next thread is started: the plugin's first calls go before. */
const rest = 100;

/** One thread that waits for the next plugin, with the runtime's module loaded. */
export class Standby {
  #thread: Thread | undefined;
  #key = "";
  #timer: NodeJS.Timeout | undefined;

  /** Gives the waiting thread if it is such a one. Another one is of no more use. */
  take(options: ThreadOptions): Thread | undefined {
    clearTimeout(this.#timer);
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread?.usable && this.#key === keyOf(options)) return thread;
    thread?.kill();
    return undefined;
  }

  /** Soon has such a thread waiting. */
  prepare(runtime: Runtime, options: ThreadOptions, start: (options: ThreadOptions) => Thread): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#thread?.usable) return;
      try {
        this.#thread = start(options);
        this.#key = keyOf(options);
        this.#thread.warm(runtime.module);
      } catch {
        // Where the system gives no thread now, the next plugin tries again and tells it.
      }
    }, rest).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#thread?.kill();
  }
}

function keyOf(options: ThreadOptions): string {
  return JSON.stringify(options);
}
