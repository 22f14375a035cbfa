import type { ComponentState } from "./abi/state/component-state.js";

/**
 * Calls of other callers that arrive while code of a component is on the stack: it waits for a host function, and the thread
 * takes messages meanwhile. They begin in the order in which they arrived, once that code has returned.
 */
export class CallQueue {
  readonly #states: readonly ComponentState[];
  readonly #waiting: (() => void)[] = [];
  #scheduled = false;

  constructor(states: readonly ComponentState[]) {
    this.#states = states;
  }

  /** Whether a call must wait for its turn. */
  get isOccupied(): boolean {
    return this.#waiting.length > 0 || this.#busy !== undefined;
  }

  add(begin: () => void): void {
    this.#waiting.push(begin);
    this.#schedule();
  }

  get #busy(): ComponentState | undefined {
    return this.#states.find((state) => !state.mayEnter && state.trapped === undefined && !state.reentrant);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Runs when the stack is empty.
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#begin();
    });
  }

  #begin(): void {
    for (;;) {
      const busy = this.#busy;
      if (busy !== undefined && this.#waiting.length > 0) {
        this.#await(busy);
        return;
      }
      const begin = this.#waiting.shift();
      if (begin === undefined) return;
      begin();
    }
  }

  /** The engine has suspended the code: waits until it returns, or traps. */
  #await({ concurrency }: ComponentState): void {
    this.#scheduled = true;
    const go = () => {
      concurrency.dependents.delete(dependent);
      this.#scheduled = false;
      this.#schedule();
    };
    const dependent = { fail: go };
    concurrency.dependents.add(dependent);
    concurrency.takeTurn(this.#states.find((state) => state.concurrency === concurrency)!, go);
  }
}
