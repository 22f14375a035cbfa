import { pluginPanicked } from "../../../errors/factories/wasm-call.js";
import type { ComponentState } from "../abi/index.js";
import { withDeepStacks } from "../frames/engine-frames.js";
import { guestFrames } from "../frames/guest-frames.js";

/** A report with more lines has a whole stack in it. */
const linesWithoutStack = 2;

/**
 * Records a panic that a guest reports: the running call fails with it, instead of with the trap that may follow.
 *
 * @param text the message in the first line, then the stack in the guest's own language, if it has one.
 */
export function notePanic(state: ComponentState, text: string): void {
  if (state.reported !== undefined) return;
  const hasStack = text.trimEnd().split("\n", linesWithoutStack + 1).length > linesWithoutStack;
  const frames = hasStack ? undefined : guestFrames(withDeepStacks(() => new Error("reported").stack));
  state.reported = pluginPanicked(state.subject, text, frames);
}
