import { errors } from "../../errors/index.js";
import type { ComponentState } from "./abi/index.js";

/**
 * Notes what a guest tells of a failure of its own: the call that runs ends with it, in place of the trap that follows, if
 * one does.
 *
 * @param text the message in its first line, then the stack in the guest's own language.
 */
export function notePanic(state: ComponentState, text: string): void {
  const { subject } = state;
  const [message = "", ...stack] = text.split("\n");
  state.reported ??= errors.TENON_CALL_THREW({
    message: `${subject} panicked: ${message}`,
    subject,
    pluginStack: stack.join("\n").trim() || text,
  });
}
