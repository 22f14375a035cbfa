import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import { propertyOf } from "../read-thrown.js";
import { messageOf, textOf } from "../thrown.js";

/**
 * The artifact's path does not exist.
 *
 * @param hint a "did you mean", or nothing.
 */
export function artifactMissing(given: string, hint = "", cause?: unknown): TenonError {
  return errors.TENON_ARTIFACT_MISSING({ message: `${given} does not exist${hint}`, subject: given, cause });
}

/** @param why a sentence without its full stop: `permission was denied`, `it is a socket, not a regular file or folder`. */
export function artifactUnreadable(given: string, why: string, cause?: unknown): TenonError {
  return errors.TENON_ARTIFACT_UNREADABLE({ message: `${given} cannot be read: ${why}`, subject: given, cause });
}

/** Something failed that no step of the check expects: the system refused to read, or a runtime has a fault. */
export function checkThrew(given: string, cause: unknown): TenonError {
  if (typeof propertyOf(cause, "syscall") === "string") return artifactUnreadable(given, messageOf(cause), cause);
  return errors.TENON_INTERNAL({ message: `checking ${given} failed: ${textOf(cause)}`, subject: given, cause });
}

export function artifactEmpty(given: string): TenonError {
  return errors.TENON_ARTIFACT_EMPTY({ message: `${given} is empty`, subject: given });
}

/** The path that `open()` and the commands take is not one. @param problem follows "the plugin's path". */
export function artifactPathInvalid(given: unknown, problem: string, cause?: unknown): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `the plugin's path ${problem}`,
    subject: String(given),
    cause,
    fix: { text: "Pass the path of a file or folder, or a file: URL." },
  });
}

export function entryIsFolder(given: string, entry: string): TenonError {
  return errors.TENON_ARTIFACT_ENTRY({
    message: `${given}: the entry ${entry} is a folder, not a file`,
    subject: entry,
    fix: { text: 'Name a file in tenon.json: {"entry": "plugin.ts"}.' },
  });
}

/** @param source the manifest that names it, in `field`. */
export function entryMissing(
  given: string,
  source: string,
  field: string,
  entry: string,
  details: { readonly hint?: string; readonly isBuilt?: boolean } = {},
): TenonError {
  return errors.TENON_ARTIFACT_ENTRY({
    message: `${source}: "${field}" names ${entry}, which is not a file${details.hint ?? ""}`,
    subject: given,
    fix: { text: details.isBuilt ? "Build the package, or correct the path." : "Correct the path." },
  });
}

/** @param present the names of what the folder contains. */
export function entryUnnamed(given: string, present: readonly string[]): TenonError {
  const shown = present.slice(0, 10).join(", ");
  return errors.TENON_ARTIFACT_ENTRY({
    message:
      present.length === 0
        ? `${given} is an empty folder`
        : `${given} has no entry: no tenon.json or package.json names one, and there is no index file; found ${shown}${present.length > 10 ? ", …" : ""}`,
    subject: given,
  });
}

/** @param problem a sentence without its full stop: `"priority": expected a number, got "high"`. */
export function manifestInvalid(path: string, problem: string, cause?: unknown): TenonError {
  return errors.TENON_MANIFEST_INVALID({ message: `${path}: ${problem}`, subject: path, cause });
}

/** @param hint a "did you mean"; without it, the fields that exist are listed. */
export function manifestFieldUnknown(path: string, field: string, fields: readonly string[], hint: string): TenonError {
  return manifestInvalid(path, `unknown field "${field}"${hint || `; use ${fields.join(", ")}`}`);
}

/**
 * A function that the contract requires is not there.
 *
 * @param owner who lacks it: `plugin greeter`, `imports`.
 * @param similar the name of an export that differs only in case and hyphens.
 */
export function functionMissing(
  code: "TENON_EXPORT_MISSING" | "TENON_IMPORT_MISSING",
  owner: string,
  label: string,
  similar: string | undefined,
): Finding {
  const hint = similar === undefined ? "" : `; did you mean "${similar}"?`;
  return finding(code, { subject: label, message: `${owner}: missing function ${label}()${hint}` });
}

/** A plugin exports a class that has the function as a method. @param className empty if the class has none. */
export function methodOfClass(owner: string, label: string, className: string): Finding {
  const shown = className === "" ? "a class" : `the class ${className}`;
  return finding("TENON_EXPORT_MISSING", {
    subject: label,
    message: `${owner}: missing function ${label}(): it is a method of ${shown}, and the plugin exports the class, not an object of it`,
    fix: {
      text: `Export an object of the class, \`export default new ${className === "" ? "(class { … })" : className}()\`, or the functions themselves: \`export function ${label}(…) { … }\`.`,
    },
  });
}

/** @param found what it is instead: `an array`, `a string`. */
export function functionExpected(owner: string, label: string, found: string): Finding {
  return finding("TENON_EXPORT_KIND", {
    subject: label,
    message: `${owner}: expected "${label}" to be a function, found ${found}`,
    fix: { text: `Make "${label}" a function.` },
  });
}

/** Source that is to be built carries no contract. @param folder where a `.wit` file may stand as well. */
export function sourceWithoutContract(given: string, folder: string): TenonError {
  return errors.TENON_SOURCE_CONTRACT({
    message: `${given}: no contract found: there is no .wit file next to the source, and no folder "${folder}"`,
    subject: given,
  });
}

/** @param problem a sentence without its full stop. */
export function environmentGrantInvalid(name: string, problem: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `grants.environment: ${JSON.stringify(name)}: ${problem}`,
    subject: name,
  });
}
