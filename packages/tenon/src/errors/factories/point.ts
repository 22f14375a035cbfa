import { isTenonError, type TenonError } from "../error.js";
import { errors } from "../errors.js";
import { reasonOf } from "./host.js";

/** An option of an extension point has a value that it cannot have. `point`: the id of its contract. */
export function pointOptionInvalid(point: string, option: string, problem: string): TenonError {
  return errors.TENON_OPTION_INVALID({ message: `point ${point}: ${option}: ${problem}`, subject: point });
}

/** A name in a point's options that does not exist. `near`: the existing name that was most likely meant. */
export function unknownPointKey(
  point: string,
  option: string,
  name: string,
  known: readonly string[],
  near: string | undefined,
): TenonError {
  const meant = near === undefined ? "; use" : `; did you mean "${near}"? Use`;
  const names = known.length === 0 ? "" : `${meant} ${known.join(", ")}`;
  return pointOptionInvalid(point, option, `unknown name "${name}"${names}`);
}

/** `point.add` got something that is not a plugin. */
export function notAMember(problem: string): TenonError {
  return errors.TENON_OPTION_INVALID({ message: `point.add(): ${problem}`, subject: "point.add()" });
}

/** The mode makes no sense for the function. */
export function modeUnsuited(point: string, mode: string, label: string, reason: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `point ${point}: ${label}() cannot be called in ${mode} mode: ${reason}`,
    subject: label,
    fix: { text: `Call ${label}() in another mode, such as point.series.${label}().` },
  });
}

/** One plugin of the point has no synchronous functions. */
export function memberNotSynchronous(plugin: string, label: string, cause: unknown): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${label}() cannot be called synchronously at this point: plugin "${plugin}" has no synchronous calls`,
    subject: plugin,
    cause,
    fix: { text: "Use the point's asynchronous functions, or open the plugin inline." },
  });
}

/** A plugin of the point does not have the function. */
export function memberFunctionMissing(plugin: string, label: string): TenonError {
  return errors.TENON_SYMBOL_MISSING({ message: `plugin "${plugin}" has no ${label}()`, subject: plugin });
}

/** A plugin failed, and the point's policy is `stop`. */
export function pointFailed(point: string, plugin: string, label: string, cause: unknown): TenonError {
  return errors.TENON_POINT_FAILED({
    message: `point ${point}: plugin "${plugin}" failed in ${label}(): ${reasonOf(cause)}`,
    subject: plugin,
    cause,
    ...(isTenonError(cause) && cause.pluginStack !== undefined ? { pluginStack: cause.pluginStack } : {}),
  });
}

/** The host's `onMemberFailure` threw. */
export function failureListenerThrew(point: string, reason: string, cause: unknown): TenonError {
  return errors.TENON_IMPORT_THREW({
    message: `point ${point}: onMemberFailure threw: ${reason}`,
    subject: "onMemberFailure",
    cause,
    fix: { text: "Fix the onMemberFailure callback: it must not throw." },
  });
}

/** What a plugin requires of another one is not a version range. */
export function rangeInvalid(plugin: string, required: string, found: string): TenonError {
  return errors.TENON_MANIFEST_INVALID({
    message: `plugin "${plugin}": requires.${required}: expected a version range such as "^1.2.0", got ${found}`,
    subject: plugin,
  });
}

/** A required plugin is not at the point. `near`: a plugin that is there, with a similar name. */
export function dependencyMissing(
  plugin: string,
  required: string,
  range: string,
  near: string | undefined,
): TenonError {
  const meant = near === undefined ? "" : `; did you mean "${near}"?`;
  return errors.TENON_DEPENDENCY_MISSING({
    message: `plugin "${plugin}" requires plugin "${required}" (${range}), which is not at this point${meant}`,
    subject: plugin,
    fix: { text: `Open plugin "${required}" and add it to the point, or remove it from what "${plugin}" requires.` },
  });
}

/** A required plugin is at the point, but left out because its own requirements are not met. */
export function dependencyLeftOut(plugin: string, required: string, cause: TenonError | undefined): TenonError {
  return errors.TENON_DEPENDENCY_MISSING({
    message: `plugin "${plugin}" requires plugin "${required}", which is left out: ${cause?.message.slice(0, 300)}`,
    subject: plugin,
    cause,
    ...(cause === undefined ? {} : { fix: cause.fix }),
  });
}

/** A required plugin is at the point in another version. `found`: the versions that are there. */
export function dependencyVersion(
  plugin: string,
  required: string,
  range: string,
  found: readonly (string | undefined)[],
): TenonError {
  const versions = found.map((version) => (version === undefined ? "no version" : `version ${version}`)).join(" and ");
  return errors.TENON_DEPENDENCY_VERSION({
    message: `plugin "${plugin}" requires plugin "${required}" in version ${range}, but the one at this point has ${versions}`,
    subject: plugin,
    fix: { text: `Open a version of "${required}" inside ${range}, or change what "${plugin}" requires.` },
  });
}

/** Plugins that require each other. `path`: their names, the first one again at the end. */
export function dependencyCycle(plugin: string, path: readonly string[]): TenonError {
  const shown = path.length <= 20 ? path : [...path.slice(0, 10), `… ${path.length - 20} more …`, ...path.slice(-10)];
  return errors.TENON_DEPENDENCY_CYCLE({
    message: `plugins require each other in a cycle: ${shown.join(" -> ")}`,
    subject: plugin,
  });
}
