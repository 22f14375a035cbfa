import type { ComponentState } from "../component-state.js";
import { trap } from "../trap.js";

/**
 * Lowers something into an instance while none of its tasks runs: its allocator may be called. What goes wrong is the
 * instance's end, for there is no call that it could be thrown to.
 */
export function inGuest(state: ComponentState, label: string, lower: () => void): void {
  const { mayEnter } = state;
  state.mayEnter = false;
  try {
    lower();
    state.mayEnter = mayEnter && state.trapped === undefined;
  } catch (thrown) {
    trap(state, thrown, label);
  }
}
