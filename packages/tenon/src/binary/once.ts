/** Values that are made when they are first asked for; a failure is not kept, and is thrown again each time. */
export class Once {
  readonly #made = new Map<string, unknown>();

  get<T>(key: string, make: () => T): T {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as T;
  }
}
