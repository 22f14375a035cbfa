import { isTenonError, type TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import { failedWhileLoading, stateStepFailed, unhealthy } from "./plugin-failure.js";
import { reasonOf, withoutSubject } from "./wasm-reason.js";

/** The engine does not compile a module. `missing` is the proposal that it lacks, with what turns that on. */
export function moduleRejected(
  subject: string,
  why: string,
  cause: unknown,
  missing?: { readonly proposal: string; readonly node: number; readonly flag: string },
): TenonError {
  const added = missing === undefined ? "" : ` (this version of Node does not support ${missing.proposal})`;
  return errors.TENON_WASM_INVALID({
    message: `${subject}: the engine rejects the WebAssembly module: ${why}${added}`,
    subject,
    cause,
    ...(missing === undefined
      ? {}
      : { fix: { text: `Use Node ${missing.node} or newer, or start Node with ${missing.flag}.` } }),
  });
}

/** A module exceeds the memory or the limits of the engine. */
export function moduleTooLarge(subject: string, why: string, cause: unknown): TenonError {
  return errors.TENON_WASM_LIMIT({
    message: `${subject}: the WebAssembly module is too large for the engine: ${why}`,
    subject,
    cause,
  });
}

/** The engine cannot allocate the memory that an instance begins with. */
export function memoryNotAllocated(subject: string, why: string, cause: unknown): TenonError {
  return errors.TENON_WASM_LIMIT({ message: `${subject}: cannot allocate its memory: ${why}`, subject, cause });
}

/** Memories or tables begin larger than the plugin's limit allows. */
export function initialSizeTooLarge(
  subject: string,
  what: "memory" | "table",
  initial: number,
  limit: number,
): TenonError {
  const unit = what === "memory" ? "bytes of memory" : "table entries";
  return errors.TENON_WASM_LIMIT({
    message: `${subject} starts with ${initial} ${unit}, but limits.${what} is ${limit}`,
    subject,
  });
}

/** A component instantiates too many others. */
export function tooManyInstances(subject: string, most: number): TenonError {
  return errors.TENON_WASM_LIMIT({ message: `${subject}: instantiates more than ${most} components`, subject });
}

/** The engine does not link a module: an import has another core type than what is provided. */
export function importsRejected(subject: string, why: string, cause: unknown): TenonError {
  return errors.TENON_WASM_IMPORT_UNKNOWN({
    message: `${subject}: the engine rejects its imports: ${why}`,
    subject,
    cause,
  });
}

/**
 * A plugin imports something that nothing provides.
 *
 * @param what the import in words: `the function "env" "now"`.
 * @param providers where it was looked up: `["its contract", "WASI"]`.
 * @param subject the import's name.
 */
export function importUnknown(
  given: string,
  what: string,
  providers: readonly string[],
  subject: string,
): { error(): TenonError; finding(): Finding } {
  const details = { message: `${given} imports ${what}, which ${notProvidedBy(providers)}`, subject };
  return {
    error: () => errors.TENON_WASM_IMPORT_UNKNOWN(details),
    finding: () => finding("TENON_WASM_IMPORT_UNKNOWN", details),
  };
}

/** A command imports something that is not in preview 1. */
export function commandImportUnknown(given: string, kind: string, module: string, name: string) {
  return importUnknown(given, `the ${kind} "${module}" "${name}"`, ["WASI preview 1"], `${module}#${name}`);
}

function notProvidedBy(providers: readonly string[]): string {
  const [first = "the host", second, ...more] = providers;
  if (second === undefined) return `${first} does not provide`;
  if (more.length === 0) return `neither ${first} nor ${second} provides`;
  return `none of ${[first, second, ...more.slice(0, -1)].join(", ")} and ${more.at(-1)} provides`;
}

/** An import's type differs from the contract that the component carries. */
export function importTypeDiffers(subject: string, name: string, wanted: string, found: string): TenonError {
  return errors.TENON_WASM_IMPORT_UNKNOWN({
    message: `${subject}: import ${name} does not have the type that its own contract says: want ${wanted}, have ${found}`,
    subject: name,
  });
}

/** An import is of a kind that hosts do not provide. */
export function importKindUnsupported(name: string, kind: string): TenonError {
  return errors.TENON_WASM_IMPORT_UNKNOWN({
    message: `the import "${name}" is a ${kind}; a host provides only functions, types and instances`,
    subject: name,
  });
}

/** A function of the contract is not exported. `name` is what the export should be called. */
export function exportMissing(given: string, label: string, name: string): { error(): TenonError; finding(): Finding } {
  const details = {
    message: `${given} does not export "${name}", needed for ${label}() of its contract`,
    subject: label,
  };
  return {
    error: () => errors.TENON_WASM_EXPORT_MISSING(details),
    finding: () => finding("TENON_WASM_EXPORT_MISSING", details),
  };
}

/** The memory or the allocator that values pass through is not exported. */
export function memoryExportMissing(given: string, name: string): Finding {
  return finding("TENON_WASM_EXPORT_MISSING", {
    subject: name,
    message: `${given} does not export "${name}", needed to pass strings, lists and records of its contract`,
  });
}

/** A core function has another type than its contract asks for. */
export function coreTypeDiffers(given: string, name: string, label: string, wanted: string, found: string): Finding {
  return finding("TENON_WASM_EXPORT_TYPE", {
    subject: label,
    message: `${given}: export "${name}" has the wrong type: want ${wanted}, have ${found}`,
  });
}

/** A component's function has another type than the contract that it carries. */
export function exportTypeDiffers(subject: string, label: string, wanted: string, found: string): TenonError {
  return errors.TENON_WASM_EXPORT_TYPE({
    message: `${subject}: export ${label}() does not have the type that its own contract says: want ${wanted}, have ${found}`,
    subject: label,
  });
}

/** The contract in or beside a component is not what the component's own types say. */
export function carriedContractDiffers(given: string, path: string, wanted: string, found: string): Finding {
  return finding("TENON_WASM_EXPORT_TYPE", {
    subject: path,
    message: `${given} carries the wrong contract: ${path} is ${wanted} in the contract and ${found} in the component`,
  });
}

/** Source that a check does not build. */
export function sourceNotBuilt(given: string): Finding {
  return finding("TENON_SOURCE_UNBUILT", {
    severity: "info",
    subject: given,
    message: `${given} was not built, because building it would run its code; whether it compiles is known when it is opened`,
  });
}

/** A file or folder that is neither WebAssembly nor source. */
export function notWebAssembly(given: string): TenonError {
  return errors.TENON_ARTIFACT_UNKNOWN({
    message: `${given} is neither WebAssembly nor source that one of the builders can build`,
    subject: given,
  });
}

/**
 * The plugin's own code failed while it was loaded.
 *
 * @param printed what it wrote to its standard error; its first line often says why.
 * @param report what a library of its language wrote there about the failure.
 */
export function loadingFailed(subject: string, cause: TenonError, printed = "", report?: string): TenonError {
  const first = report ?? printed.split("\n").find((line) => line.trim() !== "");
  // The report says in one line what was printed, and the stack more than that.
  const stack = report === undefined ? undefined : cause.pluginStack;
  const pluginStack = stack ?? (printed === "" ? cause.pluginStack : printed);
  return failedWhileLoading({
    ...{ subject, cause, pluginStack },
    reason: first ?? withoutSubject(cause.message, subject),
  });
}

/** An instance failed, and the plugin with it. */
export function pluginCrashed(subject: string, cause: TenonError): TenonError {
  return errors.TENON_PLUGIN_CRASHED({
    message: `${subject} crashed: ${withoutSubject(cause.message, subject)}`,
    subject,
    cause,
  });
}

/** The thread of an HTTP handler has stopped. */
export function handlerThreadLost(subject: string, cause: unknown): TenonError {
  return errors.TENON_PLUGIN_CRASHED({
    message: `${subject} crashed: the thread that runs it stopped: ${reasonOf(cause)}`,
    subject,
    cause,
  });
}

/** A plugin called `exit` in the middle of a call. @param what the call: `greet()`. */
export function pluginExited(subject: string, what: string, code: number, cause: unknown): TenonError {
  const message = `${subject}: exited with code ${code} during ${what}`;
  const exit = errors.TENON_WASM_EXIT({ message, subject, cause });
  return errors.TENON_PLUGIN_CRASHED({ message, subject, cause: exit });
}

/** A command ended with an exit code other than 0. */
export function commandFailed(subject: string, code: number, cause: unknown): TenonError {
  return errors.TENON_CALL_RESULT({
    message: `${subject} exited with code ${code}`,
    subject: "run.run",
    payload: undefined,
    cause,
  });
}

/** The plugin says that it is not healthy. */
export function notHealthy(subject: string, cause: unknown): TenonError {
  return unhealthy({ subject, reason: ownReason(cause), cause });
}

/** Saving or restoring the plugin's state failed. */
export function stateFailed(subject: string, what: "saving" | "restoring", cause: unknown): TenonError {
  return stateStepFailed(what, { subject, reason: ownReason(cause), cause });
}

/** The plugin keeps no state, and was given some. */
export function stateNotSupported(subject: string): TenonError {
  return errors.TENON_STATE_FAILED({
    message: `${subject} cannot restore state: it does not export tenon:guest/state`,
    subject,
  });
}

/** A bug in Tenon: an earlier step should have found the problem. */
export function linkingFailed(why: string): TenonError {
  return errors.TENON_INTERNAL(`cannot link a plugin that was checked before: ${why}`);
}

/** What the plugin said when it returned an error, otherwise the message of what was thrown. */
function ownReason(thrown: unknown): string {
  return isTenonError(thrown, "TENON_CALL_RESULT") ? String(thrown.payload) : reasonOf(thrown);
}
