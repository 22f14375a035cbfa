import { callDeadline } from "../../../../errors/factories/call.js";
import type { TenonError } from "../../../../errors/index.js";

/**
 * Until when one call may run. Code that yields in a loop is stopped by it, also where it holds the thread and no timer can
 * fire. Other loops cannot be stopped from within their thread.
 */
export class CallLimit {
  readonly #label: string;
  readonly #deadline: number;
  readonly #due: number;
  /** Set when the call is cancelled. */
  cancelled: TenonError | undefined;

  /** @param deadline milliseconds; 0 for none */
  constructor(label: string, deadline: number) {
    this.#label = label;
    this.#deadline = deadline;
    this.#due = deadline === 0 ? Number.POSITIVE_INFINITY : performance.now() + deadline;
  }

  /** The limit of the next part of a call that gave up the thread meanwhile: that long it may hold it again. */
  renewed(): CallLimit {
    return new CallLimit(this.#label, this.#deadline);
  }

  /** @throws the reason why the call was cancelled; TENON_CALL_DEADLINE */
  assertNotReached(): void {
    if (this.cancelled !== undefined) throw this.cancelled;
    if (performance.now() > this.#due) throw callDeadline(this.#label, this.#deadline);
  }
}

let current: CallLimit | undefined;

/** The limit of the call whose code runs in this thread, if it has one. */
export function currentLimit(): CallLimit | undefined {
  return current;
}

/** Runs code under a limit. Calls that it makes have their own. */
export function withLimit<T>(limit: CallLimit | undefined, code: () => T): T {
  const outer = current;
  current = limit;
  try {
    return code();
  } finally {
    current = outer;
  }
}
