import { type Fix, isTenonError, type TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import { type Code, registry } from "../registry.js";
import { shellPath } from "../shell-word.js";
import { importContract } from "./import-contract.js";
import { failedWhileLoading } from "./plugin-failure.js";

/** The host was closed before `open` was called. */
export function hostClosed(): TenonError {
  return errors.TENON_PLUGIN_CLOSED({
    message: "the host is closed",
    fix: { text: "Open the plugin before you close the host, or in another host." },
  });
}

/** Node was started with --disallow-code-generation-from-strings. @param what needs generated code: `values of WebAssembly`. */
export function codeGenerationForbidden(subject: string, what: string, fix?: string): TenonError {
  return errors.TENON_CODE_GENERATION({
    message: `${subject}: ${what} need generated code, and this process may not generate code from strings`,
    subject,
    ...(fix === undefined ? {} : { fix: { text: fix } }),
  });
}

/** Loading failed: the reason with which everything that the plugin already used is closed. */
export function pluginNotLoaded(name: string): TenonError {
  return errors.TENON_PLUGIN_CLOSED({ message: `plugin ${name} did not load`, subject: name });
}

/** The plugin is down after a crash. */
export function pluginCrashed(name: string, cause: TenonError | undefined): TenonError {
  return errors.TENON_PLUGIN_CRASHED({
    message: `plugin ${name} crashed${cause === undefined ? "" : `: ${cause.message}`}`,
    subject: name,
    cause,
  });
}

/** The plugin crashed while a call was running in it. */
export function pluginCrashedDuringCall(name: string, cause: TenonError): TenonError {
  return errors.TENON_PLUGIN_CRASHED({
    message: `plugin ${name} crashed during the call: ${cause.message}`,
    subject: name,
    cause,
  });
}

/** The plugin crashed more often than its supervision allows, and is not restarted until the cooldown has passed. */
export function circuitOpen(name: string, cause: TenonError | undefined): TenonError {
  const last = cause === undefined ? "" : `; the last crash: ${cause.message}`;
  return errors.TENON_CIRCUIT_OPEN({
    message: `plugin ${name} crashed too often and is not being restarted${last}`,
    subject: name,
    cause,
  });
}

/** A second swap of one plugin was requested while the first was running. */
export function swapBusy(name: string): TenonError {
  return errors.TENON_SWAP_BUSY({ message: `a swap of plugin ${name} is already running`, subject: name });
}

/** A swap failed before the flip, so the old instance stays. `step`: "opening the new instance". */
export function swapRolledBack(name: string, step: string, cause: unknown): TenonError {
  const code = isTenonError(cause) ? cause.code : "TENON_INTERNAL";
  return errors[code]({
    message: `swap of plugin ${name} rolled back while ${step}: ${reasonOf(cause)}`,
    subject: name,
    cause,
    ...(isTenonError(cause) ? { fix: cause.fix, findings: cause.findings, pluginStack: cause.pluginStack } : {}),
  });
}

/** The plugin was closed while a swap was running. `step`: "opening the new instance". */
export function swapEnded(name: string, step: string): TenonError {
  return errors.TENON_PLUGIN_CLOSED({
    message: `swap of plugin ${name} ended while ${step}: the plugin was closed`,
    subject: name,
  });
}

/** Calls kept running, so the old instance could not end before the new one starts. */
export function swapNotDrained(name: string, milliseconds: number): TenonError {
  return errors.TENON_SWAP_DEADLINE({
    message: `calls of plugin ${name} were still running after ${milliseconds} ms`,
    subject: name,
  });
}

/** Calls kept running, so the state could not be saved for the swap. */
export function stateNotDrained(name: string, milliseconds: number): TenonError {
  return errors.TENON_STATE_FAILED({
    message: `plugin ${name}: the state could not be saved: calls were still running after ${milliseconds} ms`,
    subject: name,
    fix: { text: "Raise limits.drain, or shorten the calls that were running." },
  });
}

/** Code ran into an exception while the plugin loaded. */
export function loadFailed(subject: string, cause: unknown, pluginStack?: string): TenonError {
  return failedWhileLoading({
    ...{ subject, reason: reasonOf(cause), cause, pluginStack },
    ...(pluginStack === undefined ? {} : { fix: { text: loadFixWithStack } }),
  });
}

/** For failures of loading whose stack in the plugin is known. */
export const loadFixWithStack = "Fix the plugin's code; see `pluginStack` for the line.";

/** Loading took longer than `limits.load`. */
export function loadDeadline(name: string, milliseconds: number): TenonError {
  return errors.TENON_LOAD_DEADLINE({
    message: `plugin ${name} did not finish loading within ${milliseconds} ms`,
    subject: name,
  });
}

/**
 * Loading, or what it needs, was cancelled before it finished. A reason that is an error of Tenon's is returned as it is.
 *
 * @param what "loading", "the build".
 */
export function loadStopped(subject: string, cause: unknown, what = "loading"): TenonError {
  if (isTenonError(cause)) return cause;
  return errors.TENON_LOAD_DEADLINE({
    message: `${subject}: ${what} was cancelled before it finished`,
    subject,
    cause,
  });
}

/** A place that reaches a level of isolation. */
export interface ReachedIsolation {
  readonly place: string;
  readonly level: string;
}

/**
 * The instance does not reach the level that `open` asked for.
 *
 * @param reached the places that can run the plugin, each with the level that it reaches.
 * @param levels every level, the weakest first.
 */
export function isolationUnavailable(
  name: string,
  wanted: string,
  here: ReachedIsolation,
  reached: readonly ReachedIsolation[],
  levels: readonly string[],
): TenonError {
  const enough = levels.slice(levels.indexOf(wanted));
  const good = reached.filter(({ level }) => enough.includes(level)).map(({ place }) => place);
  const offered = levels.flatMap((level) => {
    const places = reached.filter((each) => each.level === level).map(({ place }) => place);
    return places.length === 0 ? [] : [`"${level}" (${places.join(", ")})`];
  });
  const advice =
    good.length > 0
      ? `Open the plugin in a place that reaches "${wanted}": ${orList(good)}.`
      : `Ask for a lower level: no place reaches "${wanted}" for this plugin. A WebAssembly plugin is sandboxed in every place.`;
  return isolationMissing(name, wanted, `the ${here.place} place reaches "${here.level}"`, {
    text: `${advice} Levels, with the places that reach them: ${offered.join(", ")}.`,
  });
}

/** The plugin cannot be sandboxed on this system. The reason and the fix come from the place. */
export function sandboxUnavailable(
  name: string,
  { reason, fix }: { readonly reason: string; readonly fix?: Fix },
): TenonError {
  return isolationMissing(name, "sandboxed", `this system cannot sandbox it: ${reason}`, fix);
}

function isolationMissing(name: string, wanted: string, reason: string, fix: Fix | undefined): TenonError {
  return errors.TENON_ISOLATION_UNAVAILABLE({
    message: `plugin ${name}: isolation "${wanted}" is not available: ${reason}`,
    subject: name,
    ...(fix === undefined ? {} : { fix }),
  });
}

/** The place does not enforce a limit that was set. `others`: the places that do. */
export function limitUnenforced(name: string, limit: string, place: string, others: readonly string[]): TenonError {
  return errors.TENON_LIMIT_UNENFORCED({
    message: `plugin ${name}: limits.${limit} cannot be enforced in the ${place} place`,
    subject: name,
    fix: {
      text:
        others.length > 0
          ? `Open the plugin in a place that enforces it: ${orList(others)}. Or leave limits.${limit} out.`
          : `Leave limits.${limit} out: no place of this host enforces it for this plugin on this system.`,
    },
  });
}

/** The runtime cannot run in the place. `others`: the places in which it can. */
export function runtimeUnavailable(
  subject: string,
  runtime: string,
  place: string,
  reason: string | undefined,
  others: readonly string[],
): TenonError {
  return errors.TENON_RUNTIME_UNAVAILABLE({
    message: `${subject}: the ${runtime} runtime cannot run in the ${place} place${reason === undefined ? "" : `: ${reason}`}`,
    subject,
    ...(others.length === 0 ? {} : { fix: { text: `Open it in another place: ${orList(others)}.` } }),
  });
}

/** Neither side brings a contract, so there is nothing to call the plugin by. */
export function contractMissing(given: string): TenonError {
  return errors.TENON_CONTRACT_MISSING({
    message: `${given}: no contract: the host passed none, and the plugin carries none`,
    subject: given,
  });
}

/** A plugin that is to start with its first call says what its contract is only once it runs. */
export function contractMissingBeforeStart(given: string): TenonError {
  return errors.TENON_CONTRACT_MISSING({
    message: `${given}: no contract: with start "first-call" it must be known before the plugin runs; the host passed none, and no file of the plugin carries one`,
    subject: given,
    fix: {
      text: "Write the plugin's contract into a file beside it, which runs it once, or pass a contract to open():",
      command: `tenon contract import ${shellPath(given)}`,
    },
  });
}

/** A plugin cannot be put to rest. `uses`: what is still in use, such as "2 objects". */
export function restBusy(name: string, uses: string, milliseconds: number): TenonError {
  return errors.TENON_REST_BUSY({
    message: `plugin ${name} cannot be put to rest: still in use after ${milliseconds} ms: ${uses}`,
    subject: name,
  });
}

/** The plugin was closed while it was being started or put to rest. */
export function restEnded(name: string, step: "started" | "put to rest"): TenonError {
  return errors.TENON_PLUGIN_CLOSED({
    message: `plugin ${name} was closed while it was being ${step}`,
    subject: name,
  });
}

/** The code of a plugin declares another contract than the file beside it. `difference`: the first. */
export function contractStale(name: string, given: string, difference: string | undefined): TenonError {
  return errors.TENON_CONTRACT_STALE({
    message: `plugin ${name} declares another contract than the file beside it${difference === undefined ? "" : `: ${difference}`}`,
    subject: given,
    fix: {
      text: "Correct the file beside the plugin, or import the contract again:",
      command: `tenon contract import ${shellPath(given)} --force`,
    },
  });
}

/** Loading ends because only the plugin's contract was wanted, and it has declared it. */
export function contractDiscovered(name: string): TenonError {
  return errors.TENON_CALL_ABORTED({
    message: `plugin ${name} has declared its contract, and is not loaded any further`,
    subject: name,
  });
}

/** The plugin's runtime declared its contract more than once. */
export function contractLearnedTwice(name: string): TenonError {
  return errors.TENON_INTERNAL({
    message: `plugin ${name}: its runtime called learned() more than once`,
    subject: name,
    fix: { text: "Report this to the author of the runtime: it may call LoadRequest.learned once for each load." },
  });
}

/** Nothing tells the plugin's types before it runs. `silent`: nor the names that it exports. */
export function contractNotCarried(given: string, silent: boolean): Finding {
  return finding("TENON_CONTRACT_NOT_CARRIED", {
    severity: silent ? "warning" : "info",
    subject: given,
    message: `${given} carries no contract, so ${silent ? "its exports are known only after it is opened" : "its types are checked only when values pass"}`,
    ...(silent ? { fix: importContract(given) } : {}),
  });
}

/** The contract that the loaded code declares does not fit the host's. */
export function contractBreaks(
  name: string,
  difference: { readonly message: string; readonly path: string; readonly fix: { readonly text: string } } | undefined,
): TenonError {
  return errors.TENON_CONTRACT_BREAKS({
    message: `plugin ${name}: ${difference?.message ?? "its contract does not fit the host's"}`,
    subject: difference?.path ?? name,
    ...(difference === undefined ? {} : { fix: difference.fix }),
  });
}

/** One difference between the host's contract and the plugin's, as a finding. */
export function contractDifference(difference: {
  readonly severity: "breaks" | "adapts" | "note";
  readonly path: string;
  readonly message: string;
  readonly host: string;
  readonly plugin: string;
  readonly fix: { readonly text: string };
}): Finding {
  const kinds = {
    breaks: ["TENON_CONTRACT_BREAKS", "error"],
    adapts: ["TENON_CONTRACT_ADAPTS", "warning"],
    note: ["TENON_CONTRACT_NOTE", "info"],
  } as const;
  const [code, severity] = kinds[difference.severity];
  return finding(code, {
    severity,
    subject: difference.path,
    message: difference.message,
    cause: `the host has ${difference.host}, the plugin has ${difference.plugin}`,
    fix: difference.fix,
  });
}

/**
 * No runtime of the host recognises the artifact.
 *
 * @param facts what its bytes say it is: `name` with its article, "a Go program". Absent if there is no file.
 */
export function artifactUnknown(
  given: string,
  runtimes: readonly string[],
  facts:
    | { readonly kind: string; readonly name: string; readonly go?: { readonly usesPlugins: boolean } | undefined }
    | undefined,
): TenonError {
  const isKnown = facts !== undefined && facts.kind !== "text";
  return errors.TENON_ARTIFACT_UNKNOWN({
    message: `${given} is ${isKnown ? `${facts.name}, and no runtime of this host opens it` : "not a plugin that this host can open"}; its runtimes are ${runtimes.join(", ")}`,
    subject: given,
    fix: isKnown
      ? unknownFix(given, facts.kind, facts.go?.usesPlugins === true)
      : { text: registry.TENON_ARTIFACT_UNKNOWN.fix },
  });
}

function unknownFix(given: string, kind: string, opensPlugins: boolean): Fix {
  const path = shellPath(given);
  if (kind === "go-plugin") return { text: `Name the Go program that opens it first: tenon check HOST ${path}` };
  if (opensPlugins)
    return { text: `To check the Go plugins that it opens, name them after it: tenon check ${path} PLUGIN.so` };
  const source = ["shared-library", "go-c-shared", "object"].includes(kind)
    ? "To use its code as a plugin, compile its source to WebAssembly: tenon build DIR. "
    : "";
  return {
    text: `${source}If you have a runtime for it, register it with createHost({ runtimes: [runtime] }) and name it in open(…, { runtime: "NAME" }). This shows what the file contains:`,
    command: `tenon inspect ${path}`,
  };
}

/** Several runtimes are equally sure that they open the artifact. `used` is asked first; `others` are registered after it. */
export function artifactAmbiguous(given: string, used: string, others: readonly string[]): Finding {
  return finding("TENON_ARTIFACT_AMBIGUOUS", {
    severity: "info",
    subject: given,
    message: `${given} is recognised by the ${used} runtime, which is asked first, and just as well by ${others.join(", ")}`,
    fix: {
      text: `To choose another one, name it: open(…, { runtime: "${others[0]}" }), or "runtime": "${others[0]}" in the manifest.`,
    },
  });
}

/** Several findings as one error: the first gives code and fix, all are attached. */
export function failedBy(findings: readonly Finding[], message: string, subject: string): TenonError {
  const [first] = findings;
  const code: Code = first?.code ?? "TENON_INTERNAL";
  return errors[code]({ message, subject, ...(first === undefined ? {} : { fix: first.fix }), findings });
}

/** The artifact does not pass its check. `errors`: how many findings are errors, of which `first` is one. */
export function artifactRefused(
  artifact: string,
  first: Finding | undefined,
  errorCount: number,
  findings: readonly Finding[],
): TenonError {
  const code: Code = first?.code ?? "TENON_CONTRACT_BREAKS";
  const more = errorCount - 1;
  const others = more > 0 ? ` (and ${more} more ${more === 1 ? "finding" : "findings"})` : "";
  return errors[code]({
    message: `${first?.message ?? `${artifact} does not fit the contract`}${others}`,
    subject: first?.subject ?? artifact,
    ...(first === undefined ? {} : { fix: first.fix }),
    findings,
  });
}

/** The message of whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error || isTenonError(thrown) ? thrown.message : String(thrown);
}

/** `inline, worker or process`. */
export function orList(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
