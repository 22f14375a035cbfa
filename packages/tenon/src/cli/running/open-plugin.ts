import type { AnyPlugin, Host } from "../../host/index.js";
import { placeReaching } from "../../host/isolation.js";
import { levelOf } from "../../host/log-record.js";
import { lineText } from "../../host/log-sinks.js";
import { isDigest } from "../../runtime/digest.js";
import type { PlaceName, Runtime } from "../../runtime/index.js";
import { offeredImports } from "../contracts/offered-imports.js";
import { readGrants } from "../options/grant-options.js";
import { placeNames } from "../options/option-values.js";
import type { Output } from "../output/output.js";
import { interrupted } from "../output/shutdown.js";
import type { CommandLine } from "../plugins/command-line.js";
import type { RunnablePlugin } from "./examine-plugin.js";
import { choiceOf, type RunRequest } from "./run-request.js";

/**
 * Opens a plugin with the options of `tenon run`. Its output and log go to stderr.
 *
 * @param restart whether to start it again after a crash
 */
export async function openPlugin(
  host: Host,
  runnable: RunnablePlugin,
  request: RunRequest,
  line: CommandLine,
  restart = false,
): Promise<AnyPlugin> {
  const { output } = line;
  const { plugin, options, settings, inspected, consented } = request;
  const { contract } = runnable;
  return host.open(plugin, contract, {
    place: await placeOf(host, runnable, request, line),
    imports: offeredImports(contract, (label, text) =>
      output.note(`${output.noteColours.dim(`[${label}]`)} ${text}`),
    ) as never,
    settings,
    ...(options.isolation === undefined ? {} : { isolation: options.isolation }),
    grants: consented?.grants ?? readGrants(options),
    // The answer was about this content.
    ...(consented?.digest !== undefined && isDigest(consented.digest) ? { integrity: consented.digest } : {}),
    ...choiceOf(request),
    supervision: { restart },
    // No timeouts while a debugger may stop the plugin.
    limits: {
      drain: 2000,
      ...(inspected ? { load: 0, deadline: 0 } : {}),
      ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
      ...(options.requestsPerInstance === undefined ? {} : { requests: options.requestsPerInstance }),
    },
    fresh: true,
    signal: interrupted,
  });
}

/** Returns where a plugin runs: where the options say, or where it is easiest to stop. */
export async function placeOf(
  host: Host,
  { artifact, runtime, contract }: RunnablePlugin,
  { options, inspected }: RunRequest,
  { contributions }: CommandLine,
): Promise<PlaceName> {
  const { place, isolation } = options;
  if (place !== undefined) return place;
  if (isolation !== undefined) return placeReaching(artifact.manifest.name, runtime, host.places, isolation);
  const startsThreads = await runtime.startsThreads?.(artifact, contract);
  if (startsThreads === true) return "inline";
  const wanted = contributions.find(({ name }) => name === runtime.name)?.run?.place;
  return defaultPlace(runtime, host, inspected ? "inline" : (wanted ?? "worker"));
}

/**
 * Shows what plugins print and log: text with its level, if that is not what its stream says, and its fields; with `--json`, documents.
 * Returns a function that stops it.
 */
export function showLog(host: Host, output: Output): () => void {
  const { noteColours: colours } = output;
  const paints = {
    trace: colours.gray,
    debug: colours.gray,
    info: colours.green,
    warn: colours.yellow,
    error: colours.red,
  };
  return host.on("log", ({ name, line }) => {
    if (output.json) {
      output.note(JSON.stringify({ plugin: name, ...line }));
      return;
    }
    const level = line.level === levelOf(line.stream) ? "" : `${paints[line.level](line.level)} `;
    output.note(`${colours.dim(`[${name}]`)} ${level}${lineText(line)}`);
  });
}

/**
 * Returns the place, or another one if the runtime does not run there. A worker is wanted by default: there, Ctrl-C and the
 * deadline stop even an infinite loop. For a debugger, inline is simplest.
 */
function defaultPlace(runtime: Runtime, { places }: Host, wanted: PlaceName): PlaceName {
  const canRun = (name: PlaceName) => {
    const traits = places.get(name)?.traits;
    return traits !== undefined && runtime.offers(traits) === true;
  };
  return [wanted, ...placeNames].find(canRun) ?? wanted;
}
