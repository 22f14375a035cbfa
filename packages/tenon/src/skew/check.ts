import { realpathSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { pluginNotReached, sysrootUnreadable } from "../errors/factories/go.js";
import type { Finding } from "../errors/index.js";
import { explain } from "./explain.js";
import { DynamicLoader } from "./loader/dynamic-loader.js";
import { Sysroot } from "./loader/sysroot.js";
import { readPluginFile } from "./plugin-file.js";
import { GoProcess, type ProcessStep } from "./process/go-process.js";
import { GoProgram } from "./program/go-program.js";
import { stepOfEveryPlugin } from "./program/host-abilities.js";
import type { PluginVerdict, Step } from "./program/outcome.js";
import { readHost } from "./read-host.js";

/** Options of {@link checkGoPlugins}. */
export interface CheckGoOptions {
  /**
   * The root folder of the system that the host runs on; `/` for this one. Without it, the outcome is `unknown` if it
   * depends on that system's libraries.
   */
  readonly sysroot?: string;
  /** The folder that relative paths of plugins start in. Default: the current one. */
  readonly cwd?: string;
}

/** The verdicts on plugins that one process opens in the given order. */
export interface GoCheck {
  readonly results: readonly PluginVerdict[];
}

/**
 * Predicts what a Go host does with plugins that it opens in order: whether `plugin.Open` returns the plugin, returns an
 * error (with its exact text), crashes the process or never returns, with the cause and the fix. Runs and loads nothing.
 *
 * @param host The path of the Go program that calls `plugin.Open`.
 * @param plugins Paths as the host passes them to `plugin.Open`, because its errors quote them.
 * @throws TENON_ARTIFACT_MISSING if the host does not exist, TENON_OPTION_INVALID for an unreadable sysroot. Every other
 * problem with a file is a finding.
 */
export async function checkGoPlugins(
  host: string,
  plugins: readonly string[],
  options: CheckGoOptions = {},
): Promise<GoCheck> {
  const sysroot = options.sysroot === undefined ? undefined : openSysroot(options.sysroot);
  const read = await readHost(host);
  if ("step" in read) return { results: plugins.map((plugin) => verdictOf(plugin, read.step, [])) };
  const { program } = read;
  const everyPlugin = stepOfEveryPlugin(program);
  const loader = new DynamicLoader(program.elf, program.location, sysroot);
  const process = new GoProcess(program, loader, (path, loaded) => new GoProgram(path, loaded.path, loaded.elf));
  const results: PluginVerdict[] = [];
  let stopped: { plugin: string; outcome: "crash" | "hang" } | undefined;
  for (const plugin of plugins) {
    const step: ProcessStep =
      stopped === undefined
        ? (everyPlugin ?? (await open(process, plugin, options.cwd)))
        : {
            outcome: "unknown",
            findings: [pluginNotReached(plugin, stopped)],
          };
    if (step.outcome === "crash" || step.outcome === "hang") stopped ??= { plugin, outcome: step.outcome };
    results.push(verdictOf(plugin, step, explain(program, step)));
  }
  return { results };
}

function verdictOf(plugin: string, step: Step, findings: readonly Finding[]): PluginVerdict {
  return {
    plugin,
    outcome: step.outcome,
    ...(step.error === undefined ? {} : { error: step.error }),
    ...(step.alternatives === undefined ? {} : { alternatives: step.alternatives }),
    packages: step.packages ?? [],
    findings: findings.length === 0 ? step.findings : findings,
  };
}

async function open(process: GoProcess, plugin: string, cwd: string | undefined): Promise<ProcessStep> {
  // Not normalised: `absent/../x` fails even if `x` exists.
  const read = await readPluginFile(plugin, isAbsolute(plugin) ? plugin : `${resolve(cwd ?? ".")}/${plugin}`);
  if ("outcome" in read) return read;
  return process.reopen(plugin, read.path) ?? process.open(plugin, read);
}

function openSysroot(root: string): Sysroot {
  try {
    return new Sysroot(realpathSync(root));
  } catch (cause) {
    throw sysrootUnreadable(root, cause);
  }
}
