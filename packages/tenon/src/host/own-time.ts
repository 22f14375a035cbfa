import { loadDeadline } from "../errors/factories/host.js";
import { callCancelled } from "../errors/factories/host-call.js";
import type { TenonError } from "../errors/index.js";

export interface OwnTimeOptions {
  /** Of the plugin, or of its artifact as long as that has not been read. */
  readonly name: string;
  /** In milliseconds; 0 for no limit. */
  readonly limit: number;
  /** Cancels opening. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Counts the time that the host itself spends on a plugin before it starts: reading it and its contract, comparing and binding
 * it. What a builder or the engine takes to compile does not count. Nothing is waited for once the limit is reached or opening
 * was cancelled: what cannot be stopped ends by itself.
 */
export class OwnTime {
  readonly #options: OwnTimeOptions;
  #spent = 0;
  /** Why opening ended. */
  #stopped: TenonError | undefined;

  constructor(options: OwnTimeOptions = { name: "", limit: 0, signal: undefined }) {
    this.#options = options;
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  get stopped(): TenonError | undefined {
    return this.#stopped;
  }

  /**
   * Does work that counts.
   *
   * @throws TENON_LOAD_DEADLINE, TENON_CALL_ABORTED or the signal's reason
   */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    const { limit } = this.#options;
    const begun = performance.now();
    try {
      return await this.#unlessStopped(work, limit === 0 ? undefined : Math.max(1, limit - this.#spent));
    } finally {
      this.#spent += performance.now() - begun;
    }
  }

  /** Does work that does not count, such as building. @throws TENON_CALL_ABORTED or the signal's reason */
  beside<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#unlessStopped(work, undefined);
  }

  /** @throws TENON_LOAD_DEADLINE if it took longer than the limit. The timer may not have had its turn. */
  expectWithin(): void {
    const { limit } = this.#options;
    if (limit > 0 && this.#spent > limit) throw this.#late();
  }

  #late(): TenonError {
    const { name, limit } = this.#options;
    return loadDeadline(name, limit);
  }

  #unlessStopped<T>(work: () => T | Promise<T>, milliseconds: number | undefined): Promise<T> {
    const { name, signal } = this.#options;
    return new Promise<T>((resolve, reject) => {
      const stop = (error: TenonError) => {
        this.#stopped ??= error;
        reject(this.#stopped);
      };
      const onAbort = () => stop(callCancelled(`opening ${name}`, signal?.reason));
      if (this.#stopped !== undefined) return reject(this.#stopped);
      if (signal?.aborted) return onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      const timer = milliseconds === undefined ? undefined : setTimeout(() => stop(this.#late()), milliseconds);
      void (async () => work())()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", onAbort);
        });
    });
  }
}
