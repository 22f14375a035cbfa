import { pluginPanicked } from "../../errors/factories/wasm-call.js";
import type { ComponentState } from "./abi/index.js";

/**
 * Records a panic that a guest reports: the running call fails with it, instead of with the trap that may follow.
 *
 * @param text the message in the first line, then the stack in the guest's own language.
 */
export function notePanic(state: ComponentState, text: string): void {
  state.reported ??= pluginPanicked(state.subject, text);
}
