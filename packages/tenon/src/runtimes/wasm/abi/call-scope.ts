import type { ResourceHandle } from "./resource-handle.js";

/**
 * What lives as long as one call: borrowed handles that its callee was given and must give up, and handles of its caller
 * that are lent to it and cannot be dropped.
 */
export class CallScope {
  /** Handles that were lowered into the callee as borrowed, and that it still holds. */
  borrows = 0;
  #lent: ResourceHandle[] | undefined;

  lend(handle: ResourceHandle): void {
    handle.lends += 1;
    (this.#lent ??= []).push(handle);
  }

  /** Gives back what the caller has lent. */
  end(): void {
    if (this.#lent === undefined) return;
    for (const handle of this.#lent) handle.lends -= 1;
    this.#lent = undefined;
  }
}
