import { errors, isTenonError, type TenonError } from "../errors/index.js";
import type { CallControl } from "../runtime/index.js";
import { type Expiring, expireAfter } from "./deadlines.js";

/**
 * The control of one call under way: its deadline, its caller's signal, and the way to tell the other side. The signal
 * that the other side sees is made only if it asks for it.
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

  /** @param reject rejects the caller, at once. */
  constructor(label: string, deadline: number, signal: AbortSignal | undefined, reject: (reason: TenonError) => void) {
    this.#label = label;
    this.deadline = deadline;
    this.#reject = reject;
    if (deadline > 0) this.#timer = expireAfter(deadline, this);
    if (signal !== undefined) {
      this.#callerSignal = signal;
      this.#onAbort = () => this.cancel(aborted(label, signal.reason));
      signal.addEventListener("abort", this.#onAbort, { once: true });
    }
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  expire(): void {
    this.cancel(
      errors.TENON_CALL_DEADLINE({
        message: `${this.#label} did not answer within ${this.deadline} ms`,
        subject: this.#label,
      }),
    );
  }

  cancel(reason: TenonError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.end();
    this.#reject(reason);
    this.onCancel?.(reason);
    this.#controller?.abort(reason);
  }

  /** The call is over: nothing is left to expire or to listen to. */
  end(): void {
    this.#timer?.remove(this);
    if (this.#onAbort !== undefined) this.#callerSignal?.removeEventListener("abort", this.#onAbort);
  }
}

export function aborted(label: string, reason: unknown): TenonError {
  if (isTenonError(reason)) return reason;
  return errors.TENON_CALL_ABORTED({ message: `${label} was cancelled by its caller`, subject: label, cause: reason });
}
