/** What ends a wait early: a signal, or a number of milliseconds (0 for no limit). */
export interface Bound {
  readonly signal?: AbortSignal | undefined;
  readonly deadline?: number;
}

/**
 * Waits for a value or promise of the plugin, which may never settle.
 *
 * @param tooLate Makes the error for a wait that ends early, from the signal's reason, or from `undefined` at the deadline.
 */
export function waitFor<T>(value: T | PromiseLike<T>, bound: Bound, tooLate: (reason: unknown) => Error): Promise<T> {
  const { signal, deadline = 0 } = bound;
  return new Promise<T>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const stop = (reason: unknown) => {
      end();
      reject(tooLate(reason));
    };
    const abort = () => stop(signal?.reason);
    const timer = deadline > 0 ? setTimeout(stop, deadline) : undefined;
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    void new Promise<T>((settle) => settle(value)).then(resolve, reject).finally(end);
  });
}
