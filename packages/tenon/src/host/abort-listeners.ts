/**
 * The listeners of each signal. `addEventListener` compares a new listener with all others of its target, so a signal that
 * many calls share would cost more with each; here it gets one listener, whatever the number of calls.
 */
const all = new WeakMap<AbortSignal, SharedListener>();

class SharedListener {
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<() => void>();
  readonly #abort = () => {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(listener: () => void): void {
    if (this.#listeners.size === 0) this.#signal.addEventListener("abort", this.#abort, { once: true });
    this.#listeners.add(listener);
  }

  delete(listener: () => void): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0)
      this.#signal.removeEventListener("abort", this.#abort);
  }
}

/** Calls the listener once when the signal is aborted, unless {@link forgetAbort} comes first. Each listener counts once. */
export function onAbort(signal: AbortSignal, listener: () => void): void {
  let shared = all.get(signal);
  if (shared === undefined) all.set(signal, (shared = new SharedListener(signal)));
  shared.add(listener);
}

export function forgetAbort(signal: AbortSignal, listener: () => void): void {
  all.get(signal)?.delete(listener);
}
