import type { CallScope } from "./call-scope.js";

/** One call of an instance that the engine may suspend: see `CallStack`. */
export class Frame {
  readonly number: number;
  /** The handles that the call borrows, if any. */
  scope: CallScope | undefined = undefined;
  /** Whether its code is in a host function that may return a promise. */
  inHostFunction = false;
  /** What its suspended code waits for; never rejects. */
  awaited: Promise<unknown> = Promise.resolve();
  /** Returns the core value of what was waited for, when the code continues. */
  finish: () => unknown = () => undefined;
  /** Wakes the code once no other call is above it. */
  wake: (() => void) | undefined = undefined;
  #outcome: { readonly value: unknown } | { readonly error: unknown } | undefined;
  #promise: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | undefined;

  constructor(number: number) {
    this.number = number;
  }

  /** Whether the call has a result or has failed. */
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

  /** Returns the result if there is one, otherwise a promise. */
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
