import { abiViolation } from "../../../../errors/factories/wasm-call.js";

/** The maximum number of handles of an instance: far more than any plugin needs, too few to fill the host's memory. */
const mostHandles = 1 << 20;

/**
 * The handles of a component instance, by number: resources, and with asynchronous code waitables and waitable sets. A freed
 * number is reused first, so that a guest that uses a handle after freeing it is caught soon. 0 is never used.
 *
 * Source: Component Model, CanonicalABI.md, "Table State".
 */
export class HandleTable {
  readonly #subject: string;
  readonly #entries: (object | undefined)[] = [undefined];
  readonly #free: number[] = [];

  /** @param subject for messages: the component. */
  constructor(subject: string) {
    this.#subject = subject;
  }

  /** How many handles are held. */
  get size(): number {
    return this.#entries.length - 1 - this.#free.length;
  }

  /** @throws TENON_WASM_ABI if the instance holds too many. */
  add(entry: object): number {
    const free = this.#free.pop();
    if (free !== undefined) {
      this.#entries[free] = entry;
      return free;
    }
    const index = this.#entries.length;
    if (index > mostHandles) throw abiViolation(this.#subject, `holds more than ${mostHandles} handles`);
    this.#entries.push(entry);
    return index;
  }

  /**
   * Returns the entry of a handle, which must be of the class.
   *
   * @throws TENON_WASM_ABI
   */
  get<T extends object>(index: number, expected: abstract new (...parameters: any[]) => T, what: string): T {
    const entry = this.#entries[index >>> 0];
    if (entry instanceof expected) return entry;
    const why = entry === undefined ? "the handle does not exist" : "it is something else";
    throw abiViolation(this.#subject, `used handle ${index >>> 0} as a ${what}, but ${why}`);
  }

  /** Frees a handle that {@link get} returned an entry for. */
  free(index: number): void {
    this.#entries[index >>> 0] = undefined;
    this.#free.push(index >>> 0);
  }

  /** All entries, to release them when the instance ends. */
  *entries(): Iterable<object> {
    for (const entry of this.#entries) if (entry !== undefined) yield entry;
  }
}
