import { abiError } from "./trap.js";

/** Handles that one instance may hold at once: far more than any use, few enough that they cannot fill the host's memory. */
const mostHandles = 1 << 20;

/**
 * What a component instance knows by number: resources, and with asynchronous code waitables and sets of them. A number
 * that was given up is the next to be given out, so that a guest which uses it again is found out soon. 0 is never given.
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

  /** @throws TENON_WASM_ABI when the instance holds too many. */
  add(entry: object): number {
    const free = this.#free.pop();
    if (free !== undefined) {
      this.#entries[free] = entry;
      return free;
    }
    const index = this.#entries.length;
    if (index > mostHandles) throw abiError(this.#subject, `it holds more than ${mostHandles} handles`);
    this.#entries.push(entry);
    return index;
  }

  /**
   * The entry of a handle, which must be of the class.
   *
   * @throws TENON_WASM_ABI
   */
  get<T extends object>(index: number, expected: abstract new (...parameters: any[]) => T, what: string): T {
    const entry = this.#entries[index >>> 0];
    if (entry instanceof expected) return entry;
    const why = entry === undefined ? "which it does not hold" : `which is no ${what}`;
    throw abiError(this.#subject, `it uses the handle ${index >>> 0} for a ${what}, ${why}`);
  }

  /** Frees the number of a handle that {@link get} has found. */
  free(index: number): void {
    this.#entries[index >>> 0] = undefined;
    this.#free.push(index >>> 0);
  }

  /** All that is held, for when the instance ends. */
  *entries(): Iterable<object> {
    for (const entry of this.#entries) if (entry !== undefined) yield entry;
  }
}
