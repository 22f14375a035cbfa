import type { Runtime } from "../../runtime/index.js";
import type { Thread, ThreadOptions } from "./thread.js";

/** How long after a plugin's start to start the spare thread, in milliseconds: the plugin's first calls come first. */
const rest = 100;

/** A spare thread for the next plugin, with the runtime's module loaded. */
export class Standby {
  #thread: Thread | undefined;
  #key = "";
  #timer: NodeJS.Timeout | undefined;

  /** Returns the spare thread if it was started with the same options. Kills it otherwise. */
  take(options: ThreadOptions): Thread | undefined {
    clearTimeout(this.#timer);
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread?.usable && this.#key === keyOf(options)) return thread;
    thread?.kill();
    return undefined;
  }

  /** Starts a spare thread with these options, soon. */
  prepare(runtime: Runtime, options: ThreadOptions, start: (options: ThreadOptions) => Thread): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#thread?.usable) return;
      try {
        this.#thread = start(options);
        this.#key = keyOf(options);
        this.#thread.warm(runtime.module);
      } catch {
        // If the system cannot start a thread now, the next plugin tries again and reports the failure.
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
