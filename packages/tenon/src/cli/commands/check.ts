import { Command } from "commander";
import type { Contract } from "../../contract/index.js";
import { contractOptionForGo, goPluginsMissing } from "../../errors/factories/command.js";
import { contractNotCarried } from "../../errors/factories/command-contract.js";
import { examine } from "../../host/check.js";
import { reportWithGrants } from "../../host/granted.js";
import type { Host, CheckOptions as HostCheckOptions, Report } from "../../host/index.js";
import { readCheckOptions } from "../../host/options.js";
import { verdictOf } from "../../host/report.js";
import { loadContract } from "../contracts/load-contract.js";
import { addGrantOptions, type GrantOptions, readGrants } from "../options/grant-options.js";
import { contractOption, type PlaceChoice, placeOption, worldOption } from "../options/option-values.js";
import {
  type RuntimeChoiceOptions,
  readRuntime,
  runtimeNameOption,
  runtimeValueOption,
} from "../options/runtime-options.js";
import { worstExitCode } from "../output/exit-codes.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import { withHost } from "../plugins/host.js";
import { exitCodeOfReport, reportLines, verdictDocument } from "../results/report-text.js";
import { checkGo } from "./check-go.js";
import { explainGoPlugin, isProgram } from "./check-program.js";

interface CheckOptions extends RuntimeChoiceOptions, GrantOptions {
  readonly contract?: string;
  readonly world?: string;
  readonly place?: PlaceChoice;
  readonly sysroot?: string;
}

/** `tenon check`: tells whether plugins would be opened. Runs none of their code. */
export function checkCommand(output: Output): Command {
  const command = new Command("check")
    .description("Check whether plugins fit, without running them.")
    .usage("[options] <PLUGIN...>\n       tenon check [options] <HOST> <PLUGIN.so...>")
    .argument(
      "<PLUGIN...>",
      "plugin files or folders; or a Go program, then the Go plugins that it opens, in that order",
    )
    .addOption(contractOption())
    .addOption(worldOption())
    .addOption(placeOption("also check whether the plugin can run in this place"))
    .addOption(runtimeNameOption())
    .addOption(runtimeValueOption())
    .option("--sysroot <DIR>", "for Go plugins: root folder of the system that the host runs on; / for this one")
    .addHelpText(
      "after",
      `
Without --contract, each plugin is checked against its own contract. Lists what
a plugin asks for in its manifest, whether these options would grant it, and
what would enforce that.

Given a Go program and Go plugins, predicts what plugin.Open does with each one:
opens, error (with its exact text), crash or hang; unknown if the files do not
tell. Also says how to build a plugin that fits.

Exits with 0 if all plugins fit or can be adapted, 1 if one does not fit, 2 if
one is missing or cannot be read, 3 if it is not known whether one fits.

Examples:
  tenon check plugins/greeter.ts --contract host.wit
  tenon check plugins/* --contract src/contract.ts --json
  tenon check plugins/greeter.ts --place worker
  tenon check plugins/news.wasm --grant-network example.com
  tenon check bin/server plugins/auth.so plugins/log.so --sysroot /`,
    );
  return addGrantOptions(command).action(async (plugins: string[], options: CheckOptions) => {
    const [first = ""] = plugins;
    if (
      options.sysroot !== undefined ||
      (plugins.length > 1 && options.runtime === undefined && (await isProgramOnly(first, output)))
    ) {
      expectNoContractOptions(options);
      if (plugins.length < 2) throw goPluginsMissing(first);
      return checkGo(plugins, options.sysroot, output);
    }
    const contract = options.contract === undefined ? undefined : await loadContract(options.contract, options.world);
    const reports = await withHost(output, async (host) => {
      const done: Report[] = [];
      for (const plugin of plugins) {
        done.push(
          await withProgress(output, `checking ${plugin}`, () =>
            checkPlugin(host, plugin, contract, {
              ...(options.place === undefined ? {} : { place: options.place }),
              grants: readGrants(options),
              ...readRuntime(options),
            }),
          ),
        );
      }
      return done;
    });
    if (output.json) output.document(verdictDocument(reports));
    else for (const report of reports) for (const line of reportLines(report, output)) output.line(line);
    output.exitCode = worstExitCode(reports.map(exitCodeOfReport));
  });
}

function expectNoContractOptions({ contract, world, place, runtime }: CheckOptions): void {
  const given = Object.entries({ contract, world, place, runtime }).find(([, value]) => value !== undefined)?.[0];
  if (given !== undefined) throw contractOptionForGo(given);
}

/** Whether a file is a program that no runtime opens as a plugin. */
async function isProgramOnly(path: string, output: Output): Promise<boolean> {
  if (!(await isProgram(path))) return false;
  return withHost(output, async (host) => (await examine(path, undefined, host)).runtime === undefined);
}

/** Returns the report on one plugin, checked against the host's contract, or against its own if the host has none. */
export async function checkPlugin(
  host: Host,
  plugin: string,
  contract: Contract | undefined,
  options: HostCheckOptions = {},
): Promise<Report> {
  const choice = readCheckOptions(options);
  const first = await examine(plugin, contract, host, choice);
  const own = contract === undefined ? first.contract : undefined;
  const { report, artifact, runtime } = own === undefined ? first : await examine(plugin, own, host, choice);
  if (artifact === undefined || runtime === undefined) return explainGoPlugin(report);
  const known = reportWithGrants({ report, artifact, runtime }, host.places, choice);
  const { findings } = known;
  if (contract === undefined && own === undefined) {
    const others = findings.filter(({ code }) => code !== "TENON_CONTRACT_NOT_CARRIED");
    return { ...known, findings: [...others, contractNotCarried(plugin)], verdict: unknownUnlessBroken(findings) };
  }
  return known;
}

function unknownUnlessBroken(findings: Report["findings"]): Report["verdict"] {
  return verdictOf(findings) === "breaks" ? "breaks" : "unknown";
}
