import type { CallScope } from "../call-scope.js";

/** One call of an instance that the engine may suspend: see `CallStack`. */
export class Frame {
  readonly number: number;
  /** What is lent to the call, where it borrows. */
  scope: CallScope | undefined = undefined;
  /** Whether its code is in a host function that may answer later. */
  asks = false;
  /** What its suspended code waits for; never rejected. */
  awaited: Promise<unknown> = Promise.resolve();
  /** Gives the core value of what was waited for, when the code goes on. */
  finish: () => unknown = () => undefined;
  /** Wakes the code once no other call is above it. */
  wake: (() => void) | undefined = undefined;
  #outcome: { readonly value: unknown } | { readonly error: unknown } | undefined;
  #promise: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | undefined;

  constructor(number: number) {
    this.number = number;
  }

  /** Whether the caller has its answer. */
  get ended(): boolean {
    return this.#outcome !== undefined;
  }

  resolve(value: unknown): void {
    if (this.ended) return;
    this.#outcome = { value };
    this.#promise?.resolve(value);
  }

  fail(error: unknown): void {
    if (this.ended) return;
    this.#outcome = { error };
    this.#promise?.reject(error);
  }

  /** The answer where there is one, otherwise a promise. */
  answer(): unknown {
    if (this.#outcome === undefined) {
      return new Promise((resolve, reject) => {
        this.#promise = { resolve, reject };
      });
    }
    if ("error" in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value;
  }
}
