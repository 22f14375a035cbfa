import type { ResourceType } from "../contract/core.js";
import { errors } from "../errors/index.js";
import type { Boundary } from "./boundary.js";

/** What stands behind a handle. Kept apart from it, so that the handle itself can be collected. */
export interface HandleState {
  readonly boundary: Boundary;
  readonly resource: ResourceType;
  readonly representation: unknown;
  readonly owned: boolean;
  alive: boolean;
}

const forgotten = new FinalizationRegistry<HandleState>((state) => {
  // Nobody waits for this drop; one that fails has nobody to be told either.
  void Promise.resolve(state.boundary.release(state)).catch(() => {});
});

/**
 * An object of the other side. Generated classes add its methods; this part keeps the state where code outside cannot
 * forge it, and releases the object on `using`, `await using`, or at the latest when the handle is collected.
 */
export class Handle {
  readonly #state: HandleState;

  constructor(state: HandleState) {
    this.#state = state;
    if (state.owned) forgotten.register(this, state, state);
  }

  /** The state of a handle, or `undefined` for any other value. */
  static state(value: unknown): HandleState | undefined {
    return typeof value === "object" && value !== null && #state in value ? value.#state : undefined;
  }

  /** The state of a handle that is still alive. @throws TENON_RESOURCE_GONE */
  static alive(value: unknown): HandleState {
    const state = Handle.state(value);
    if (state?.alive) return state;
    const name = state?.resource.name ?? "object";
    throw errors.TENON_RESOURCE_GONE({
      message: `this ${name} was released and cannot be used any more`,
      subject: name,
    });
  }

  [Symbol.dispose](): void {
    forgotten.unregister(this.#state);
    const dropped = this.#state.boundary.release(this.#state);
    if (dropped instanceof Promise) dropped.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    forgotten.unregister(this.#state);
    await this.#state.boundary.release(this.#state);
  }
}
