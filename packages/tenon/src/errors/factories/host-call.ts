import { isTenonError, type TenonError } from "../error.js";
import { errors } from "../errors.js";
import { callAborted } from "./call.js";

/** The same error with its payload in the caller's version of the contract. */
export function adaptedErrorCase(error: TenonError, payload: unknown): TenonError {
  return errors.TENON_CALL_RESULT({
    message: error.message,
    subject: error.subject ?? "",
    cause: error.cause,
    payload,
  });
}

/** A getter or proxy gave one value to the check and another to the explanation. */
export function parameterChanged(label: string): TenonError {
  return errors.TENON_VALUE_TYPE({
    message: `${label}(): a parameter changed its type while it was being read`,
    subject: label,
  });
}

/** More parameters than the contract has. */
export function tooManyParameters(label: string, wanted: number, given: number): TenonError {
  return errors.TENON_VALUE_TYPE({
    message: `${label}(): expected ${wanted} ${wanted === 1 ? "parameter" : "parameters"}, got ${given}`,
    subject: label,
  });
}

/** A synchronous call while there is no instance. */
export function syncWhileStarting(name: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `plugin ${name} is being swapped, started or put to rest, and a synchronous call cannot wait`,
    subject: name,
    fix: { text: "Call the function through plugin.exports, which waits, or try again later." },
  });
}

/** A synchronous call of a plugin that rests. */
export function syncWhileResting(name: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `plugin ${name} is resting, and a synchronous call cannot wait until it has started`,
    subject: name,
    fix: { text: "Await an asynchronous call first, or start the plugin: await plugin.start();" },
  });
}

/** The deadline passed while the call waited for a crashed or swapped plugin. */
export function restartDeadline(name: string, milliseconds: number, cause: TenonError | undefined): TenonError {
  return errors.TENON_CALL_DEADLINE({
    message: `plugin ${name} was not active again within ${milliseconds} ms`,
    subject: name,
    cause,
  });
}

/** The caller's signal aborted a running call. A reason that is an error of Tenon's is returned as it is. */
export function callCancelled(call: string, reason: unknown): TenonError {
  if (isTenonError(reason)) return reason;
  return callAborted(call, reason);
}

/** The caller's signal was aborted before the call began. */
export function callCancelledBefore(label: string, reason: unknown): TenonError {
  return errors.TENON_CALL_ABORTED({
    message: `${label}() was cancelled before it began`,
    subject: label,
    cause: reason,
  });
}

/** The caller's signal aborted a call that waited for its turn. A reason that is an error of Tenon's is returned as it is. */
export function queuedCallCancelled(subject: string | undefined, reason: unknown): TenonError {
  if (isTenonError(reason)) return reason;
  return errors.TENON_CALL_ABORTED({
    message: "the call was cancelled before it began",
    ...(subject === undefined ? {} : { subject }),
    cause: reason,
  });
}

/** The caller's signal aborted a call that waited for a crashed or swapped plugin. */
export function waitingCallCancelled(name: string): TenonError {
  return errors.TENON_CALL_ABORTED({
    message: `the call was cancelled while it waited for plugin ${name}`,
    subject: name,
  });
}

/** The limits of running and of waiting calls are both reached. */
export function callQueueFull(subject: string | undefined, running: number, waiting: number): TenonError {
  const whose = subject === undefined ? "" : `plugin ${JSON.stringify(subject)}: `;
  return errors.TENON_CALL_QUEUE_FULL({
    message: `${whose}too many calls: ${running} running and ${waiting} waiting are the most that its limits allow`,
    ...(subject === undefined ? {} : { subject }),
  });
}

/** A gate was left more often than it was entered. */
export function gateLeftTwice(subject: string | undefined): TenonError {
  return errors.TENON_INTERNAL({
    message: "a call left the queue more often than it entered it",
    ...(subject === undefined ? {} : { subject }),
  });
}

/** The contract has no function of this name. */
export function symbolMissing(symbol: string, known: readonly string[], near: string | undefined): TenonError {
  const meant = near === undefined ? "; symbols:" : `; did you mean "${near}"? Symbols:`;
  return errors.TENON_SYMBOL_MISSING({
    message: `the plugin has no symbol "${symbol}"${meant} ${known.join(", ") || "none"}`,
    subject: symbol,
  });
}

/** The plugin leaves out an optional function of the contract. */
export function symbolOmitted(symbol: string): TenonError {
  return errors.TENON_SYMBOL_MISSING({
    message: `the plugin does not implement ${symbol}(), which is optional in the contract`,
    subject: symbol,
    fix: { text: "Check plugin.symbols() before you call an optional function." },
  });
}
