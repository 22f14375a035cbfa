/** Failures of calls into and out of WebAssembly: the canonical ABI, traps, streams and waiting. */
import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import type { Code } from "../registry.js";
import { reasonOf, withoutSubject } from "./wasm-reason.js";

/** The plugin's side of a stack. */
interface Stack {
  readonly pluginStack?: string | undefined;
}

/**
 * The plugin did something that the canonical ABI forbids.
 *
 * @param detail what it did, where, and what is allowed: a clause that follows the plugin's name.
 */
export function abiViolation(subject: string, detail: string): TenonError {
  return errors.TENON_WASM_ABI({ message: `${subject}: ${detail}`, subject });
}

interface TrapDetails extends Stack {
  /** What the plugin printed about it: `panicked at src/lib.rs:1:2: the message`, `aborted after printing: the line`. */
  readonly printed?: string | undefined;
}

/** Code of the plugin trapped. @param what the code: `greet()`, or `its start function`. */
export function trapped(subject: string, what: string, cause: Error, details: TrapDetails): TenonError {
  const { printed, pluginStack } = details;
  const message = /^(?:panicked at|aborted after printing:) /.test(printed ?? "")
    ? `${what} ${printed}`
    : `${what} trapped: ${printed ?? cause.message}`;
  return errors.TENON_WASM_TRAP({ message: `${subject}: ${message}`, subject, cause, pluginStack });
}

/** Code of the plugin used up the stack. */
export function stackOverflow(subject: string, what: string, cause: Error, stack: Stack): TenonError {
  return errors.TENON_WASM_STACK({
    message: `${subject}: ${what} overflowed the stack`,
    subject,
    cause,
    pluginStack: stack.pluginStack,
  });
}

/** An exception of the plugin's own language reached the host. */
export function uncaughtGuestException(subject: string, what: string, cause: unknown): TenonError {
  return errors.TENON_WASM_TRAP({
    message: `${subject}: ${what} threw an exception that the plugin did not catch`,
    subject,
    cause,
  });
}

/** A JavaScript exception passed through the plugin's code. */
export function exceptionThroughGuest(subject: string, what: string, cause: unknown): TenonError {
  return errors.TENON_WASM_TRAP({
    message: `${subject}: ${what} was interrupted by an exception: ${reasonOf(cause)}`,
    subject,
    cause,
  });
}

/**
 * The plugin reported a panic: its message in the first line, then a stack in its own language.
 *
 * @param frames the stack, if the report has none.
 */
export function pluginPanicked(subject: string, report: string, frames?: string): TenonError {
  const [message = "", ...lines] = report.split("\n");
  const stack = [lines.join("\n").trim(), frames].filter((part) => part !== undefined && part !== "").join("\n");
  return errors.TENON_CALL_THREW({
    message: `${subject} panicked: ${message}`,
    subject,
    pluginStack: stack === "" ? report : stack,
  });
}

/** A call of an instance that failed before. @param code why it failed. */
export function failedEarlier(subject: string, label: string, code: Code, cause: TenonError): TenonError {
  return errors[code]({
    message: `${subject}: ${label}() cannot be called because the plugin failed earlier: ${withoutSubject(cause.message, subject)}`,
    subject,
    cause,
    ...(cause.pluginStack === undefined ? {} : { pluginStack: cause.pluginStack }),
  });
}

/** A call of an instance that runs another. */
export function instanceBusy(subject: string, label: string): TenonError {
  return errors.TENON_WASM_BUSY({
    message: `${subject}: ${label}() was called while another call is running in the same instance`,
    subject,
  });
}

/** The error case of a host function, as its message crossed from another thread. */
export function hostErrorCase(message: string, payload: unknown): TenonError {
  return errors.TENON_CALL_RESULT({ message, payload });
}

/** A value is larger than allowed. @param what the value: `a string from the plugin`. @param size where it is known. */
export function valueTooLarge(subject: string, what: string, limit: number, size?: number): TenonError {
  const found = size === undefined ? "" : `: it has ${size}`;
  return errors.TENON_CALL_TOO_LARGE({
    message: `${subject}: ${what} exceeds the limit of ${limit} bytes${found}`,
    subject,
  });
}

/** A value is of none of the cases of its variant, enum, option or result. */
export function valueMatchesNoCase(label: string): TenonError {
  return errors.TENON_VALUE_TYPE({
    message: `${label}(): a value matches none of the cases of its type`,
    subject: label,
  });
}

/** A map from the plugin has a key twice. */
export function mapKeyRepeated(label: string, key: unknown): TenonError {
  return errors.TENON_VALUE_TYPE({
    message: `${label}(): a map from the plugin has the key ${keyText(key)} twice`,
    subject: label,
    fix: { text: "Let the plugin write each key once." },
  });
}

function keyText(key: unknown): string {
  return typeof key === "string" ? JSON.stringify(key.slice(0, 100)) : String(key);
}

/** A JSON value for the plugin cannot be written as text. */
export function jsonUnwritable(label: string): TenonError {
  return errors.TENON_VALUE_TYPE({
    message: `${label}(): expected a JSON value, got one that has no text: a string in it ends with half a character`,
    subject: label,
  });
}

/** An object was passed where a resource of this plugin is expected. */
export function foreignResource(subject: string, resource: string): TenonError {
  return errors.TENON_RESOURCE_FOREIGN({
    message: `${subject}: expected a ${resource} of this plugin, found an object of another type or plugin`,
    subject: resource,
  });
}

/** The plugin calls a function that the host was opened without. */
export function importNotProvided(label: string): TenonError {
  return errors.TENON_IMPORT_MISSING({
    message: `the plugin called ${label}(), which the host does not provide`,
    subject: label,
  });
}

/** A promise where nothing can wait for it. */
export function promiseInSyncCall(label: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${label}() returned a promise, but was called synchronously`,
    subject: label,
  });
}

/** Code of the plugin has to wait, and was entered in a way that does not let the engine suspend it. */
export function cannotSuspend(subject: string, what: string, cause: unknown): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${subject}: ${what} has to wait, but was called synchronously`,
    subject,
    cause,
  });
}

/** A built-in that waits was called by code that cannot be suspended. @param builtIn for example `waitable-set.wait`. */
export function builtInCannotWait(subject: string, builtIn: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${subject}: ${builtIn} has to wait, but the code that called it cannot be suspended`,
    subject,
    fix: { text: `Call ${builtIn} from an asynchronous function of the plugin, as wit-bindgen does.` },
  });
}

/** The engine has no way to suspend a function that blocks while it waits. */
export function promiseIntegrationMissing(label: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${label}() blocks while it waits, which needs JavaScript Promise Integration; this version of Node does not have it`,
    subject: label,
    fix: {
      text: "Use a version of Node that has JavaScript Promise Integration, or build the plugin with callbacks, as wit-bindgen does.",
    },
  });
}

/** The plugin kept writing a response after its reader left. */
export function responseAbandoned(subject: string): TenonError {
  return errors.TENON_CALL_ABORTED({
    message: `${subject} was stopped because it kept writing a response after the client had disconnected`,
    subject,
  });
}

/** A stream or future that the host passed to the plugin has failed. */
export function hostStreamFailed(subject: string, kind: "stream" | "future", cause: unknown): TenonError {
  return errors.TENON_STREAM_BROKEN({
    message: `${subject}: a ${kind} from the host failed: ${reasonOf(cause)}`,
    subject,
    cause,
  });
}

/** The plugin answered an HTTP request with an error code. */
export function requestRefused(subject: string, code: string): TenonError {
  return errors.TENON_CALL_RESULT({
    message: `${subject} answered the request with the error ${code}`,
    subject: "incomingHandler.handle",
    payload: code,
  });
}

/** The plugin did not finish the body of a response. */
export function responseUnfinished(subject: string): TenonError {
  return errors.TENON_STREAM_BROKEN({ message: `${subject} did not finish the body of its response`, subject });
}

/** A component that is served over HTTP is not an HTTP handler. */
export function handlerMissing(): TenonError {
  return errors.TENON_INTERNAL("the component does not export wasi:http/incoming-handler");
}

/** The plugin waits, and nothing could wake it. */
export function blockedForever(subject: string): TenonError {
  return errors.TENON_WASM_BLOCKED({
    message: `${subject} waits forever: no timer and no network activity can wake it`,
    subject,
  });
}
