import { restartDeadline, waitingCallCancelled } from "../errors/factories/host-call.js";
import type { TenonError } from "../errors/index.js";
import { forgetAbort, onAbort } from "./abort-listeners.js";

interface Waiter {
  resolve(): void;
  reject(reason: TenonError): void;
}

/**
 * The calls that wait for an instance: while a swap hands over state, until a crashed plugin is back, or until an instance
 * has shown that it is not stuck.
 */
export class Waiting {
  readonly #waiters = new Set<Waiter>();
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * @param deadline milliseconds, 0 for none
   * @param cause why there is no instance, for the error at the deadline
   * @param enough ends this wait, too
   */
  wait(
    signal: AbortSignal | undefined,
    deadline: number,
    cause: TenonError | undefined,
    enough?: Promise<void>,
  ): Promise<void> {
    const name = this.#name;
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        if (signal !== undefined) forgetAbort(signal, cancel);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        resolve() {
          end();
          resolve();
        },
        reject(reason) {
          end();
          reject(reason);
        },
      };
      const late = () => waiter.reject(restartDeadline(name, deadline, cause));
      const cancel = () => waiter.reject(waitingCallCancelled(name));
      const timer = deadline === 0 ? undefined : setTimeout(late, deadline);
      if (signal !== undefined) onAbort(signal, cancel);
      this.#waiters.add(waiter);
      void enough?.then(() => waiter.resolve());
    });
  }

  resolve(): void {
    for (const waiter of [...this.#waiters]) waiter.resolve();
  }

  reject(reason: TenonError): void {
    for (const waiter of [...this.#waiters]) waiter.reject(reason);
  }
}
