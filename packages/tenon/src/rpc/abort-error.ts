import { callAborted } from "../errors/factories/call.js";
import { isTenonError, type TenonError } from "../errors/index.js";

/** Returns why a call was cancelled, as a coded error: the signal's reason, if it is one. */
export function abortError(label: string, reason: unknown): TenonError {
  if (isTenonError(reason)) return reason;
  return callAborted(label, reason);
}
