import type { Details, TenonError } from "../error.js";
import { errors } from "../errors.js";
import type { Code } from "../registry.js";
import { asCause, messageOf, textOf } from "../thrown.js";

/** The function returned the error case of its `result`. @param text what the error says, if it is text. */
export function callResult(label: string, payload: unknown, cause?: unknown, text?: string): TenonError {
  return errors.TENON_CALL_RESULT({
    message: `${label}() returned its error case${text === undefined ? "" : `: ${text}`}`,
    subject: label,
    payload,
    cause,
  });
}

/** A function returned an error case that its contract does not declare. */
export function callResultUndeclared({ message, cause, pluginStack }: TenonError): TenonError {
  return errors.TENON_CALL_THREW({ message: `${message}, but its contract declares none`, cause, pluginStack });
}

/** Reading a value of the other side ran code that threw: a getter, or a proxy. @param where `greet(): result`. */
export function valueUnreadable(where: string, thrown: unknown): TenonError {
  return errors.TENON_VALUE_TYPE({
    message: `${where} cannot be read: ${textOf(thrown)}`,
    cause: asCause(thrown),
    fix: { text: "Pass plain values, without getters that throw." },
  });
}

/**
 * Something threw what no contract declares.
 *
 * @param what what failed: `greet() threw`, `plugin greeter: greet() threw`.
 */
export function exceptionThrown(
  code: Code,
  what: string,
  thrown: unknown,
  details: { readonly subject?: string | undefined; readonly pluginStack?: string | undefined } = {},
): TenonError {
  return errors[code]({ message: `${what}: ${textOf(thrown)}`, cause: asCause(thrown), ...details });
}

/** @param label the call: `greet()`, or the name of a control call. */
export function callDeadline(label: string, milliseconds: number): TenonError {
  return errors.TENON_CALL_DEADLINE({
    message: `${label} did not return within ${Math.round(milliseconds)} ms`,
    subject: label,
  });
}

/** What a caller wants a call to carry cannot be carried. `problem`: `tenant: expected a string, got number 1`. */
export function metadataInvalid(problem: string, cause?: unknown): TenonError {
  return errors.TENON_METADATA_INVALID({ message: `metadata: ${problem}`, subject: "metadata", cause });
}

/** @param label the call: `greet()`, or the name of a control call. */
export function callAborted(label: string, cause?: unknown): TenonError {
  return errors.TENON_CALL_ABORTED({ message: `${label} was cancelled by its caller`, subject: label, cause });
}

/** A pending call that ends because of something else: the plugin was closed, the connection ended. */
export function callRejected(label: string, reason: TenonError): TenonError {
  return errors[reason.code]({
    message: `${label}: ${reason.message}`,
    subject: label,
    fix: reason.fix,
    cause: reason.cause ?? reason,
  });
}

/** @param part which values of the call are too large. */
export function callTooLarge(label: string, part: "parameters" | "result" | "error", limit: number): TenonError {
  return errors.TENON_CALL_TOO_LARGE({
    message: `${label}(): the ${part} exceed${part === "parameters" ? "" : "s"} the limit of ${limit} bytes`,
    subject: label,
  });
}

/** The plugin does not read the results of its calls. */
export function resultsNotTaken(label: string, limit: number): TenonError {
  return errors.TENON_CALL_BUFFER_FULL({
    message: `${label}(): the result was discarded, because results of more than ${limit} bytes wait to be taken by the plugin`,
    subject: label,
  });
}

/** @param what a value that is sent on its own: `stream element`, `future value`. */
export function valueTooLarge(what: string, limit: number): TenonError {
  return errors.TENON_CALL_TOO_LARGE(`a ${what} exceeds the limit of ${limit} bytes`);
}

/** The place has no synchronous calls. @param place its name, where it is known. */
export function syncUnavailable(label: string, place?: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${label}() cannot be called synchronously: ${place === undefined ? "this" : `the ${place}`} place has no synchronous calls`,
    subject: label,
  });
}

/** A getter of a parameter called back while the parameters were being encoded. */
export function syncWhileEncoding(label: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${label}() cannot be called synchronously while the parameters of another call are being read`,
    subject: label,
    fix: { text: "Pass plain values, not objects whose getters call the plugin." },
  });
}

/** @param subject who implements the function, if messages should name it: `plugin greeter`. */
export function syncReturnedPromise(label: string, subject?: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${subject === undefined ? "" : `${subject}: `}${label}() was called synchronously but returned a promise`,
    subject: label,
    fix: { text: "Call the function through plugin.exports instead of plugin.sync." },
  });
}

export function symbolMissing(label: string): TenonError {
  return errors.TENON_SYMBOL_MISSING({ message: `the plugin has no function ${label}()`, subject: label });
}

export function importMissing(label: string): TenonError {
  return errors.TENON_IMPORT_MISSING({ message: `the host has no function ${label}()`, subject: label });
}

/** A handle was used after it was released, or after the call that lent it. */
export function resourceGone(resource: string): TenonError {
  return errors.TENON_RESOURCE_GONE({
    message: `this ${resource} can no longer be used: it was released, or was lent for a call that has returned`,
    subject: resource,
  });
}

/** Why a value cannot be passed as a resource. */
export type ForeignReason = "other" | "not ours" | "borrowed";

const foreignReasons: { readonly [R in ForeignReason]: (resource: string) => string } = {
  other: (resource) => `it belongs to another plugin, or is not a ${resource}`,
  "not ours": (resource) => `it is not a ${resource} of this side`,
  borrowed: () => "it is only borrowed, so it cannot be given away",
};

export function resourceForeign(resource: string, reason: ForeignReason = "other"): TenonError {
  return errors.TENON_RESOURCE_FOREIGN({
    message: `a value cannot be passed as ${resource}: ${foreignReasons[reason](resource)}`,
    subject: resource,
  });
}

export function streamBroken(cause: unknown): TenonError {
  return errors.TENON_STREAM_BROKEN({ message: `the stream ended early: ${messageOf(cause)}`, cause: asCause(cause) });
}

export function futureBroken(cause: unknown): TenonError {
  return errors.TENON_STREAM_BROKEN({
    message: `the future was not fulfilled: ${messageOf(cause)}`,
    cause: asCause(cause),
  });
}

/** The other side did not even confirm that a call was cancelled. */
export function callUnresponsive(label: string, milliseconds: number): TenonError {
  return errors.TENON_PLUGIN_CRASHED({
    message: `${label} was cancelled, but the plugin did not respond for ${milliseconds} ms: it is in an infinite loop, or its process is suspended`,
    subject: label,
  });
}

/** The other side exited while this thread was blocked in a synchronous call. */
export function exitedWhileBlocked(): TenonError {
  return errors.TENON_PLUGIN_CRASHED("the other side exited during a synchronous call");
}

export function pluginCrashed(reason: TenonError): TenonError {
  return errors.TENON_PLUGIN_CRASHED({ message: `the plugin crashed: ${reason.message}`, cause: reason });
}

/** An error that the other side reported: every text in it is data. */
export function reportedError(code: Code, details: Details): TenonError {
  return errors[code](details);
}
