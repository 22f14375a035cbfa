import { scriptLoadFailed, type Thrown } from "../../errors/factories/javascript.js";
import { isMadeHere, type TenonError, textOf } from "../../errors/index.js";
import type { StackMapper } from "./stack.js";

/** Describes what a plugin threw, with the plugin's own stack. */
export function thrownBy(subject: string, cause: unknown, stack: StackMapper): Thrown {
  const own = isMadeHere(cause) ? cause.pluginStack : undefined;
  return { subject, reason: textOf(cause), cause, pluginStack: own ?? stack(cause) };
}

export function loadFailure(cause: unknown, subject: string, stack: StackMapper): TenonError {
  return scriptLoadFailed(thrownBy(subject, cause, stack));
}
