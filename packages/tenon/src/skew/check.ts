import { realpathSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { errors, type Finding, finding } from "../errors/index.js";
import { explain } from "./explain.js";
import { GoProcess, type ProcessStep } from "./go-process.js";
import { GoProgram } from "./go-program.js";
import { hostRefusal } from "./host-abilities.js";
import { DynamicLoader } from "./loader/dynamic-loader.js";
import { Sysroot } from "./loader/sysroot.js";
import type { PluginVerdict, Step } from "./outcome.js";
import { obtain } from "./plugin-file.js";
import { readHost } from "./read-host.js";

/** Where and how to look. */
export interface CheckGoOptions {
  /**
   * The root folder of the system that the host runs on; `/` for this one. Without it, what depends on that system's
   * libraries is `unknown`.
   */
  readonly sysroot?: string;
  /** The folder that relative paths of plugins start from. Default: the current one. */
  readonly cwd?: string;
}

/** The verdicts on plugins that one process opens in the order given. */
export interface GoCheck {
  readonly results: readonly PluginVerdict[];
}

/**
 * Foretells what a Go host will do with plugins: for each, in the order of opening, whether `plugin.Open` answers the plugin,
 * an error (with its exact text), ends the process, or never answers; and why, with a cure. Runs and loads nothing.
 *
 * @param host The path of the Go program that calls `plugin.Open`.
 * @param plugins Paths, as the host would give them to `plugin.Open`: its errors quote them.
 * @throws TENON_ARTIFACT_MISSING if there is no host, TENON_OPTION_INVALID for a sysroot that is no folder. Whatever else is
 * wrong with a file is a finding.
 */
export async function checkGoPlugins(
  host: string,
  plugins: readonly string[],
  options: CheckGoOptions = {},
): Promise<GoCheck> {
  const sysroot = options.sysroot === undefined ? undefined : openSysroot(options.sysroot);
  const read = await readHost(host);
  if ("answer" in read) return { results: plugins.map((plugin) => verdictOf(plugin, read.answer(plugin), [])) };
  const { program } = read;
  const refusal = hostRefusal(program);
  const loader = new DynamicLoader(program.elf, program.location, sysroot);
  const process = new GoProcess(program, loader, (path, loaded) => new GoProgram(path, loaded.path, loaded.elf));
  const results: PluginVerdict[] = [];
  let ended: { plugin: string; outcome: "crash" | "hang" } | undefined;
  for (const plugin of plugins) {
    const step: ProcessStep =
      ended === undefined
        ? (refusal?.(plugin) ?? (await open(process, plugin, options.cwd)))
        : {
            outcome: "unknown",
            findings: [
              finding("TENON_GO_AFTER_CRASH", {
                severity: "warning",
                subject: plugin,
                message: `${plugin} is not reached: the process ${ended.outcome === "crash" ? "ends" : "hangs"} at ${ended.plugin}`,
              }),
            ],
          };
    if (step.outcome === "crash" || step.outcome === "hang") ended ??= { plugin, outcome: step.outcome };
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
  // Not normalised: `absent/../x` fails where `x` is there.
  const obtained = await obtain(plugin, isAbsolute(plugin) ? plugin : `${resolve(cwd ?? ".")}/${plugin}`);
  if ("outcome" in obtained) return obtained;
  return process.again(plugin, obtained.path) ?? process.open(plugin, obtained);
}

function openSysroot(root: string): Sysroot {
  try {
    return new Sysroot(realpathSync(root));
  } catch (cause) {
    throw errors.TENON_OPTION_INVALID({ message: `the sysroot ${root} cannot be read`, subject: root, cause });
  }
}
