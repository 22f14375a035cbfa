/**
 * The types of a component, for linking it again and again. The linker walks the same definitions in the same order each
 * time, so the n-th type that it asks for is always the same. All instances then share their types, and with them the code
 * that is generated for each type.
 *
 * Nothing in it refers to an instance.
 */
export class LinkRecord {
  readonly #types: object[] = [];

  /** Starts at the first type: for one run of the linker. */
  begin(): Recorded {
    let next = 0;
    return (make) => {
      const index = next++;
      return (this.#types[index] ??= make()) as ReturnType<typeof make>;
    };
  }
}

/** Returns the type that was made at this point of an earlier run, or makes it. */
export type Recorded = <T extends object>(make: () => T) => T;
