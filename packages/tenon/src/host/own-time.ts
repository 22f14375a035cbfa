import { loadDeadline } from "../errors/factories/host.js";

/**
 * Counts the time that the host itself spends on a plugin before it starts: reading its contract, comparing and binding it.
 * That work occupies the host's thread, so no timer can end it. What a builder takes to compile source does not count.
 */
export class OwnTime {
  #spent = 0;

  async during<T>(work: () => T | Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      this.#spent += performance.now() - begun;
    }
  }

  /** @throws TENON_LOAD_DEADLINE if it took longer than `limit` milliseconds; 0 for no limit. */
  expectWithin(limit: number, name: string): void {
    if (limit > 0 && this.#spent > limit) throw loadDeadline(name, limit);
  }
}
