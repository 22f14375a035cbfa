import type { ComponentState } from "../state/component-state.js";
import { trap } from "../state/trap.js";

/**
 * Lowers something into an instance while none of its tasks runs, which may call its allocator. A failure ends the
 * instance, because there is no call that it could be thrown to.
 */
export function lowerOutsideCall(state: ComponentState, label: string, lower: () => void): void {
  const { mayEnter } = state;
  state.mayEnter = false;
  try {
    lower();
    state.mayEnter = mayEnter && state.trapped === undefined;
  } catch (thrown) {
    trap(state, thrown, label);
  }
}
