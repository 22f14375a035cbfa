import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { orList } from "./host.js";

/** An option has a value that it cannot have. `problem`: "expected a number of 0 or more, got string "x"". */
export function optionInvalid(option: string, problem: string, cause?: unknown): TenonError {
  return errors.TENON_OPTION_INVALID({ message: `option ${option}: ${problem}`, subject: option, cause });
}

/**
 * A name that does not exist, among those that do.
 *
 * @param kind what the name is: "option", "limit", "event".
 * @param near the existing name that was most likely meant.
 */
export function unknownName(
  kind: string,
  name: string,
  known: readonly string[],
  near: string | undefined,
  subject: string = name,
): TenonError {
  const meant = near === undefined ? "" : `; did you mean "${near}"?`;
  return errors.TENON_OPTION_INVALID({
    message: `unknown ${kind} "${name}"${meant === "" ? "; " : `${meant} `}${listOf(kind, known, meant !== "")}`,
    subject,
  });
}

function listOf(kind: string, known: readonly string[], sentence: boolean): string {
  if (known.length === 0) return sentence ? `There are no ${kind}s.` : `there are no ${kind}s`;
  return sentence ? `Known ${kind}s: ${known.join(", ")}` : `known ${kind}s: ${known.join(", ")}`;
}

/** A grant that has become an option of the WebAssembly runtime: `clock`, `seed`, `input`, `arguments`. */
export function grantMoved(name: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `grants.${name}: this is no grant, but an option of the runtime`,
    subject: `grants.${name}`,
    fix: { text: `Pass it as open(…, { runtime: { ${name}: … } }).` },
  });
}

/** A manifest or `open` names a runtime that the host does not have. `known`: the nearest first. */
export function unknownRuntime(
  given: string,
  name: string,
  known: readonly string[],
  near: string | undefined,
): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `${given}: unknown runtime "${name}"${near === undefined ? "" : `; did you mean "${near}"?`} This host has ${known.join(", ") || "no runtimes"}`,
    subject: "runtime",
    fix: { text: "Name one of these runtimes, or register the missing one: createHost({ runtimes: [runtime] })." },
  });
}

/** Options for a runtime that has none. `names`: those that were given. */
export function runtimeTakesNoOptions(given: string, runtime: string, names: readonly string[]): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `${given}: the ${runtime} runtime has no options, got ${names.map((name) => `"${name}"`).join(", ")}`,
    subject: "runtime",
    fix: { text: "Remove the options from the manifest's field runtime, or from the option runtime of open." },
  });
}

/** `open` names a place that the host does not have. */
export function unknownPlace(place: string, places: readonly string[], near: string | undefined): TenonError {
  const meant = near === undefined ? "; use" : `; did you mean "${near}"? Use`;
  return errors.TENON_OPTION_INVALID({
    message: `unknown place "${place}"${meant} ${orList(places)}`,
    subject: "place",
  });
}

/** The artifact is named by a URL of a kind that no source of the host knows. `scheme`: "oci:". `forms`: what they know. */
export function schemeUnsupported(artifact: string, scheme: string, forms: readonly string[]): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `${artifact}: the scheme ${scheme} is not supported; use ${orList(forms)}`,
    subject: artifact,
    fix: { text: "Download or install the plugin first, then open it by its path." },
  });
}

/** A limit of the stack that no process can have. */
export function stackTooLarge(subject: string, bytes: number, most: number): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `option limits.stack: a process has at most ${most} bytes of stack, got ${bytes}`,
    subject,
    fix: { text: `Set limits.stack to ${most} or less, or open the plugin in the worker place.` },
  });
}
