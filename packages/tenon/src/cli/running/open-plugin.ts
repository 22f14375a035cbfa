import type { AnyPlugin, Host } from "../../host/index.js";
import type { Runtime } from "../../runtime/index.js";
import { interrupted } from "../ending.js";
import { readGrants } from "../grant-options.js";
import { offeredImports } from "../offered-imports.js";
import type { PlaceChoice } from "../option-values.js";
import type { Output } from "../output.js";
import type { RunnablePlugin } from "./examine-plugin.js";
import type { RunRequest } from "./run-request.js";

/**
 * Opens a plugin as the options of `tenon run` say. What it prints and logs goes to stderr.
 *
 * @param restart Whether it is started again when it is lost.
 */
export function openPlugin(
  host: Host,
  { runtime, contract }: RunnablePlugin,
  request: RunRequest,
  output: Output,
  restart = false,
): Promise<AnyPlugin> {
  const { plugin, options, settings, inspected } = request;
  return host.open(plugin, contract, {
    place: options.place ?? defaultPlace(runtime, inspected),
    imports: offeredImports(contract, (label, text) =>
      output.note(`${output.noteColours.dim(`[${label}]`)} ${text}`),
    ) as never,
    settings,
    grants: readGrants(options),
    supervision: { restart },
    // While a debugger holds the plugin, no time must run out.
    limits: {
      drain: 2000,
      ...(inspected ? { load: 0, deadline: 0 } : {}),
      ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
    },
    fresh: true,
    signal: interrupted,
  });
}

/** Shows what plugins print and log. Returns what ends it. */
export function showLog(host: Host, output: Output): () => void {
  return host.on("log", ({ name, line }) => output.note(`${output.noteColours.dim(`[${name}]`)} ${line.text}`));
}

/** A worker: a loop in the plugin cannot hold it against Ctrl-C or the deadline. Inline for a debugger, which is simplest. */
function defaultPlace({ offers }: Runtime, inspected: boolean): PlaceChoice {
  const wanted = inspected ? "inline" : "worker";
  return ([wanted, "inline", "worker", "process"] as const).find((place) => offers[place] === true) ?? wanted;
}
