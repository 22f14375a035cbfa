/** Gives each thing a name of its own within one scope, always the same for the same order of requests. */
export class NamePool {
  readonly #taken: Set<string>;

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  /** The first of the names that is free, or else the last one with the lowest free number. */
  take(...candidates: [string, ...string[]]): string {
    const free = candidates.find((candidate) => !this.#taken.has(candidate)) ?? this.#numbered(candidates.at(-1)!);
    this.#taken.add(free);
    return free;
  }

  #numbered(name: string): string {
    let number = 2;
    while (this.#taken.has(`${name}${number}`)) number++;
    return `${name}${number}`;
  }
}
