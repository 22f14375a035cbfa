/** Assigns unique names within one scope. The same requests in the same order get the same names. */
export class NamePool {
  readonly #taken: Set<string>;
  /** The lowest number that may be free, by name. */
  readonly #next = new Map<string, number>();

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** Takes the first of these names that is free, or else the last one with the lowest free number. */
  take(...candidates: [string, ...string[]]): string {
    const free = candidates.find((candidate) => !this.#taken.has(candidate)) ?? this.#numbered(candidates.at(-1)!);
    this.#taken.add(free);
    return free;
  }

  #numbered(name: string): string {
    let number = this.#next.get(name) ?? 2;
    while (this.#taken.has(`${name}${number}`)) number++;
    this.#next.set(name, number + 1);
    return `${name}${number}`;
  }
}
