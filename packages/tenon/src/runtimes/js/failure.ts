import { type Code, errors, isTenonError, type TenonError } from "../../errors/index.js";
import type { StackMapper } from "./stack.js";
import { textOf } from "./text.js";

/** Wraps what a plugin threw into a coded error with the plugin's own stack. */
export function wrapFailure(
  code: Code,
  message: string,
  cause: unknown,
  subject: string,
  stack: StackMapper,
): TenonError {
  const own = isTenonError(cause) ? cause.pluginStack : undefined;
  return errors[code]({ message: `${message}: ${textOf(cause)}`, subject, cause, pluginStack: own ?? stack(cause) });
}

export function loadFailure(cause: unknown, subject: string, stack: StackMapper): TenonError {
  return wrapFailure("TENON_LOAD_FAILED", `${subject} failed while loading`, cause, subject, stack);
}
