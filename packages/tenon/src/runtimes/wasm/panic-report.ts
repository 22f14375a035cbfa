import { errors, type TenonError } from "../../errors/index.js";
import type { ComponentState } from "./abi/index.js";

/**
 * Notes what a guest tells of a failure of its own: the call that runs ends with it, in place of the trap that follows, if
 * one does.
 *
 * @param text the message in its first line, then the stack in the guest's own language.
 */
export function notePanic(state: ComponentState, text: string): void {
  state.reported ??= panicError(state.subject, text);
}

/** The error that a guest's report of a failure stands for. */
export function panicError(subject: string, text: string): TenonError {
  const [message = "", ...stack] = text.split("\n");
  return errors.TENON_CALL_THREW({
    message: `${subject} panicked: ${message}`,
    subject,
    pluginStack: stack.join("\n").trim() || text,
  });
}
