import type { ResourceType } from "../contract/core.js";
import { resourceGone } from "../errors/factories/call.js";
import type { Boundary } from "./boundary.js";

/** The state of a handle. Kept apart from the handle, so that the handle can be garbage-collected. */
export interface HandleState {
  readonly boundary: Boundary;
  readonly resource: ResourceType;
  readonly representation: unknown;
  readonly owned: boolean;
  alive: boolean;
}

const collected = new FinalizationRegistry<HandleState>((state) => {
  // Nothing waits for this drop, so there is nothing to report an error to.
  void Promise.resolve(state.boundary.release(state)).catch(() => {});
});

/**
 * An object of the other side. Generated classes add its methods. This class keeps the state private, so that it cannot be
 * forged, and releases the object on `using`, `await using`, or at the latest when the handle is garbage-collected.
 */
export class Handle {
  readonly #state: HandleState;

  constructor(state: HandleState) {
    this.#state = state;
    if (state.owned) collected.register(this, state, state);
  }

  /** Returns the state of a handle, or `undefined` for any other value. */
  static state(value: unknown): HandleState | undefined {
    return typeof value === "object" && value !== null && #state in value ? value.#state : undefined;
  }

  /** Returns the state of a handle that is still alive. @throws TENON_RESOURCE_GONE */
  static alive(value: unknown): HandleState {
    const state = Handle.state(value);
    if (state?.alive) return state;
    throw resourceGone(state?.resource.name ?? "object");
  }

  [Symbol.dispose](): void {
    collected.unregister(this.#state);
    const dropped = this.#state.boundary.release(this.#state);
    if (dropped instanceof Promise) dropped.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    collected.unregister(this.#state);
    await this.#state.boundary.release(this.#state);
  }
}
