import { callDeadline } from "../errors/factories/call.js";
import { callCancelled, callCancelledBefore } from "../errors/factories/host-call.js";
import type { TenonError } from "../errors/index.js";
import type { InterceptedCall } from "../observation/interceptor.js";
import type { Metadata } from "../runtime/index.js";
import { forgetAbort, onAbort } from "./abort-listeners.js";
import { type Expiring, expireAfter } from "./deadlines.js";

/**
 * A call of a plugin with interceptors around it. It settles its caller's promise at the deadline or when the caller cancels it, even
 * if an interceptor never answers.
 */
export class GuardedCall implements InterceptedCall, Expiring {
  due = 0;
  isOver = false;
  readonly direction = "export";
  readonly sync = false;
  readonly function: string;
  readonly #begun = performance.now();
  #controller: AbortController | undefined;
  #reason: TenonError | undefined;
  #reject: (reason: TenonError) => void = () => {};

  /** @param given the caller's signal. */
  constructor(
    readonly plugin: string,
    name: string,
    readonly parameters: readonly unknown[],
    readonly metadata: Metadata,
    readonly deadline: number,
    private readonly given: AbortSignal | undefined,
  ) {
    this.function = name;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Milliseconds left, at least 1; 0 for no deadline. */
  get left(): number {
    return this.deadline === 0 ? 0 : Math.max(1, this.deadline - (performance.now() - this.#begun));
  }

  /** Runs the interceptors, at most until the call is over. */
  run(begin: () => unknown): Promise<unknown> {
    const { given } = this;
    return new Promise((resolve, reject) => {
      if (given?.aborted) throw callCancelledBefore(this.function, given.reason);
      this.#reject = reject;
      const timer = this.deadline > 0 ? expireAfter(this.deadline, this) : undefined;
      const cancel = () => this.#cancel(callCancelled(`${this.function}()`, given?.reason));
      if (given !== undefined) onAbort(given, cancel);
      const end = () => {
        this.isOver = true;
        timer?.remove(this);
        if (given !== undefined) forgetAbort(given, cancel);
      };
      new Promise((answer) => answer(begin())).then(
        (value) => {
          end();
          resolve(value);
        },
        (thrown) => {
          end();
          reject(thrown);
        },
      );
    });
  }

  expire(): void {
    this.#cancel(callDeadline(`${this.function}()`, this.deadline));
  }

  #cancel(reason: TenonError): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#reason = reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
  }
}
