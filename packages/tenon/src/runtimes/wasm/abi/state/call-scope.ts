/** A handle, as the calls that it is lent to count. */
export interface Lent {
  /** How many running calls it is lent to. */
  lends: number;
}

/**
 * The handles that are borrowed for one call: those that the callee received and must drop, and those of the caller that
 * are lent to it and cannot be dropped meanwhile.
 */
export class CallScope {
  /** How many borrowed handles the callee still holds. */
  borrows = 0;
  #lent: Lent[] | undefined;

  lend(handle: Lent): void {
    handle.lends += 1;
    (this.#lent ??= []).push(handle);
  }

  /** Ends the lending of the caller's handles. */
  end(): void {
    if (this.#lent === undefined) return;
    for (const handle of this.#lent) handle.lends -= 1;
    this.#lent = undefined;
  }
}
