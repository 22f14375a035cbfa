import type { ResourceType } from "../contract/core.js";
import type { RemoteObject } from "../runtime/index.js";

/** An object of this side that the other side holds. */
export interface HeldObject {
  readonly resource: ResourceType;
  readonly object: unknown;
  /** Lent for one call: the other side may neither keep it nor give it back. */
  readonly borrowed: boolean;
}

/**
 * The objects of this side that the other side holds, by handle. A handle is never used twice, so a stale one is always
 * recognised.
 */
export class HandleTable {
  readonly #held = new Map<number, HeldObject>();
  #last = 0;

  add(resource: ResourceType, object: unknown, borrowed: boolean): number {
    this.#held.set(++this.#last, { resource, object, borrowed });
    return this.#last;
  }

  get(handle: number): HeldObject | undefined {
    return this.#held.get(handle);
  }

  delete(handle: number): void {
    this.#held.delete(handle);
  }

  restore(handle: number, held: HeldObject): void {
    this.#held.set(handle, held);
  }

  get size(): number {
    return this.#held.size;
  }

  /** Empties the table and returns what was in it. */
  clear(): readonly HeldObject[] {
    const held = [...this.#held.values()];
    this.#held.clear();
    return held;
  }
}

/** An object of the other side, as this side holds it. */
export class RemoteReference implements RemoteObject {
  readonly remote: number;
  readonly resource: ResourceType;
  /** The connection that it came through. It means nothing on any other. */
  readonly origin: object;
  readonly owned: boolean;
  alive = true;

  constructor(remote: number, resource: ResourceType, origin: object, owned: boolean) {
    this.remote = remote;
    this.resource = resource;
    this.origin = origin;
    this.owned = owned;
  }
}
