import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import { asCause } from "../thrown.js";
import { loadFixWithStack } from "./host.js";
import { failedWhileLoading, stateStepFailed, unhealthy } from "./plugin-failure.js";

/** A builtin was not made by `plugin()`. */
export function builtinInvalid(name: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `option builtins.${name}: expected a plugin made by plugin() of tenon/guest`,
    subject: `builtins.${name}`,
    fix: { text: "Pass what plugin(contract, implementation) of tenon/guest returns." },
  });
}

/** `builtin:NAME` names no builtin of the host. */
export function builtinMissing(given: string, name: string, known: readonly string[]): TenonError {
  const there = known.length === 0 ? "this host has no builtins" : `builtins: ${known.join(", ")}`;
  return errors.TENON_ARTIFACT_MISSING({
    message: `${given}: there is no builtin "${name}"; ${there}`,
    subject: given,
    fix: { text: `Register it: createHost({ builtins: { ${JSON.stringify(name)}: plugin } }).` },
  });
}

/** A folder without an entry file. */
export function entryMissing(given: string): TenonError {
  return errors.TENON_ARTIFACT_ENTRY({
    message: `${given} has no entry file: its manifest names none, and there is no index file`,
    subject: given,
  });
}

/** An error of the build, as a finding. */
export function buildFinding(error: TenonError, given: string): Finding {
  return finding(error.code, { subject: error.subject ?? given, message: error.message, fix: error.fix });
}

/** A module of named exports lacks one. `near`: the export that was most likely meant. */
export function exportMissing(
  given: string,
  entry: string,
  name: string,
  kind: "function" | "object",
  near: string | undefined,
  found: readonly string[],
): Finding {
  const shown = kind === "function" ? `${name}()` : `"${name}"`;
  const exported = found.length === 0 ? "it exports nothing" : `it exports ${found.slice(0, 20).join(", ")}`;
  return finding("TENON_EXPORT_MISSING", {
    subject: name,
    message: `${given} does not export ${shown}; ${near === undefined ? exported : `did you mean "${near}"?`}`,
    fix: { text: `Export ${kind === "function" ? "a function" : "an object"} named "${name}" from ${entry}.` },
  });
}

/** A script that the engine does not compile. `where`: position, message, line and caret. */
export function scriptSyntax(subject: string, where: string, cause: unknown): TenonError {
  return errors.TENON_SYNTAX({ message: where, subject, cause });
}

/** The runtime that places load was asked to build. */
export function builderMissing(entry: string): TenonError {
  return errors.TENON_INTERNAL({
    message: `${entry}: this runtime has no builder and can only load what another one prepared`,
    subject: entry,
  });
}

/** What the plugin threw, and its stack in the plugin's own files and lines. */
export interface Thrown {
  readonly subject: string;
  readonly reason: string;
  readonly cause: unknown;
  readonly pluginStack: string | undefined;
}

/** Code at the top level, or the activation, threw. */
export function scriptLoadFailed(thrown: Thrown): TenonError {
  return failedWhileLoading({
    ...thrown,
    ...(thrown.pluginStack === undefined ? {} : { fix: { text: loadFixWithStack } }),
  });
}

/** A module that is not bundled could not be loaded. @param from the file that imports it. */
export function externalFailed(subject: string, specifier: string, from: string, cause: unknown): TenonError {
  const { code, message = String(cause) } = (cause ?? {}) as { code?: unknown; message?: string };
  const [name = specifier] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  const isFile = specifier.startsWith("file:");
  const fix =
    code === "ERR_DLOPEN_FAILED"
      ? { text: `Build the package for this version of Node: npm rebuild ${name}` }
      : code === "ERR_MODULE_NOT_FOUND" && !isFile
        ? { text: `Install the package in the plugin's folder (npm install ${name}), or correct its name.` }
        : { text: `Read what ${specifier} threw: it is not part of the plugin's bundle, and Node loads it.` };
  return errors.TENON_LOAD_FAILED({
    message: `${subject} failed while loading: ${specifier}, which ${from} imports: ${message}`,
    subject,
    cause,
    fix,
  });
}

/** A function of the plugin threw something that its contract does not declare. */
export function functionThrew(label: string, thrown: Thrown): TenonError {
  return errors.TENON_CALL_THREW({
    message: `${label}() threw: ${thrown.reason}`,
    ...about(thrown),
    subject: label,
    ...(thrown.pluginStack === undefined ? { fix: { text: "Fix the function that the message names." } } : {}),
  });
}

/** Code of the plugin failed outside of any call. `where`: "a timer's callback threw". */
export function scriptCrashed(where: string, thrown: Thrown): TenonError {
  return errors.TENON_PLUGIN_CRASHED({
    message: `${thrown.subject}: ${where}: ${thrown.reason}`,
    ...about(thrown),
    ...(thrown.pluginStack === undefined
      ? {}
      : { fix: { text: "Catch the exception in the plugin; see `pluginStack` for the line." } }),
  });
}

/** The health check threw. */
export function healthThrew(thrown: Thrown): TenonError {
  return unhealthy(thrown);
}

/** The health check returned false, or did not return in time. */
export function notHealthy(subject: string, reason: string): TenonError {
  return unhealthy({ subject, reason });
}

/** Saving or restoring threw. */
export function stateThrew(step: "saving" | "restoring", thrown: Thrown): TenonError {
  return stateStepFailed(step, thrown);
}

/** Saving or restoring did not return in time. */
export function stateDeadline(subject: string, step: "saving" | "restoring"): TenonError {
  return errors.TENON_STATE_FAILED({ message: `${subject}: ${step} its state did not finish in time`, subject });
}

/** A state was handed to a plugin that cannot restore one. */
export function restoreMissing(subject: string): TenonError {
  return errors.TENON_STATE_FAILED({
    message: `${subject} has no function that restores a state`,
    subject,
    fix: { text: "Export restoreState(state), or register it: lifecycle({ restore }) of the context." },
  });
}

/** The saved state holds something that JSON would lose. `path`: "state.users[2]". `what`: "a Map". */
export function stateNotJson(subject: string, path: string, what: string): TenonError {
  return errors.TENON_STATE_FAILED({
    message: `${subject}: the saved state is not JSON: ${path} is ${what}`,
    subject,
    fix: { text: `Save ${path} as JSON: strings, finite numbers, booleans, null, arrays and plain objects.` },
  });
}

/** An inline plugin called something that would have ended the host. `call`: "process.exit(1)". */
export function callRefused(entry: string, call: string, pluginStack: string | undefined): TenonError {
  return errors.TENON_CALL_THREW({
    message: `${entry} called ${call}, which was refused: in the inline place it would have ended the host`,
    subject: entry,
    fix: { text: "Throw an error instead, or open the plugin in the worker or process place." },
    ...(pluginStack === undefined ? {} : { pluginStack }),
  });
}

/** Node cannot run a TypeScript file whose name is known only at run time. */
export function typeScriptNotBundled(
  entry: string,
  path: string,
  cause: unknown,
  pluginStack: string | undefined,
): TenonError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return errors.TENON_CALL_THREW({
    message: `${entry} imports ${path} at run time, and Node ${process.versions.node} cannot run this file: ${reason}`,
    subject: path,
    cause,
    fix: {
      text: `Import it by a name that is written in the source, import("./${path.split(/[\\/]/).at(-1)}"), so that it is bundled with the plugin, or compile it to JavaScript.`,
    },
    ...(pluginStack === undefined ? {} : { pluginStack }),
  });
}

function about({ subject, cause, pluginStack }: Thrown) {
  return { subject, cause: asCause(cause), ...(pluginStack === undefined ? {} : { pluginStack }) };
}
