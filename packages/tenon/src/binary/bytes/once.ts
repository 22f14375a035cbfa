/** Caches values that are computed on first use. A failure is not cached: the computation runs and throws again. */
export class Once {
  readonly #made = new Map<string, unknown>();

  get<T>(key: string, make: () => T): T {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as T;
  }
}
