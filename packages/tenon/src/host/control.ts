import { callDeadline } from "../errors/factories/call.js";
import { callCancelled } from "../errors/factories/host-call.js";
import type { TenonError } from "../errors/index.js";
import type { CallControl } from "../runtime/index.js";
import { forgetAbort, onAbort } from "./abort-listeners.js";
import { type Expiring, expireAfter } from "./deadlines.js";

/**
 * Controls one running call: its deadline, its caller's signal, and how the other side learns that it was cancelled. The
 * signal for the other side is made only if that side reads it.
 */
export class Control implements CallControl, Expiring {
  due = 0;
  onCancel: ((reason: TenonError) => void) | undefined;
  readonly deadline: number;
  readonly #label: string;
  readonly #reject: (reason: TenonError) => void;
  #controller: AbortController | undefined;
  #reason: TenonError | undefined;
  #timer: { remove(entry: Expiring): void } | undefined;
  #callerSignal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;

  /** @param reject rejects the caller's promise immediately. */
  constructor(label: string, deadline: number, signal: AbortSignal | undefined, reject: (reason: TenonError) => void) {
    this.#label = label;
    this.deadline = deadline;
    this.#reject = reject;
    if (deadline > 0) this.#timer = expireAfter(deadline, this);
    if (signal !== undefined) {
      this.#callerSignal = signal;
      this.#onAbort = () => this.cancel(callCancelled(label, signal.reason));
      onAbort(signal, this.#onAbort);
    }
  }

  get cancelled(): boolean {
    return this.#reason !== undefined;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  expire(): void {
    this.cancel(callDeadline(this.#label, this.deadline));
  }

  cancel(reason: TenonError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.end();
    this.#reject(reason);
    this.onCancel?.(reason);
    this.#controller?.abort(reason);
  }

  /** Removes the timer and the listener of a call that is over. */
  end(): void {
    this.#timer?.remove(this);
    if (this.#onAbort !== undefined && this.#callerSignal !== undefined) forgetAbort(this.#callerSignal, this.#onAbort);
  }
}
