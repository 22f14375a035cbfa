import { Command } from "commander";
import type { Contract } from "../../contract/index.js";
import { finding, isTenonError } from "../../errors/index.js";
import { examine, expectOffered } from "../../host/check.js";
import type { Host, Report } from "../../host/index.js";
import { findingOf, verdictOf } from "../../host/report.js";
import { usageError } from "../command-failure.js";
import { exitCodeOfVerdict, gravest } from "../exit-codes.js";
import { outputOf } from "../global-options.js";
import { withHost } from "../host.js";
import { loadContract } from "../load-contract.js";
import { contractOption, placeOption, worldOption } from "../option-values.js";
import { withProgress } from "../progress.js";
import { reportLines, verdictDocument } from "../report-text.js";
import { checkGo, isProgram } from "./check-go.js";

interface CheckOptions {
  readonly contract?: string;
  readonly world?: string;
  readonly place?: string;
  readonly sysroot?: string;
}

/** `tenon check`: whether plugins would be opened. Runs nothing of them. */
export function checkCommand(): Command {
  return new Command("check")
    .description("Tell whether plugins fit, without running them.")
    .usage("[options] <PLUGIN...>\n       tenon check [options] <HOST> <PLUGIN.so...>")
    .argument("<PLUGIN...>", "files or folders; or a Go program, and the Go plugins that it opens, in that order")
    .addOption(contractOption())
    .addOption(worldOption())
    .addOption(placeOption("whether it could be opened in this place as well"))
    .option("--sysroot <DIR>", "for Go plugins: the root folder of the system that the host runs on; / for this one")
    .addHelpText(
      "after",
      `
Without --contract, each plugin is checked against the contract that it carries itself.
Given a Go program and Go plugins, it foretells what plugin.Open does with each: opens, error (with its text), crash, hang, or
unknown where the files do not tell; and how to build the plugin that fits.
Ends with 0 if all fit (or can be adapted), 1 if one breaks, 3 if one cannot be told.

Examples:
  tenon check plugins/greeter.ts --contract host.wit
  tenon check plugins/* --contract src/contract.ts --json
  tenon check plugins/greeter.ts --place worker
  tenon check bin/server plugins/auth.so plugins/log.so --sysroot /`,
    )
    .action(async (plugins: string[], options: CheckOptions, command: Command) => {
      const output = outputOf(command);
      if (options.sysroot !== undefined || (await isProgram(plugins[0] ?? ""))) {
        refuseContractOptions(options);
        if (plugins.length < 2)
          throw usageError("the Go plugins to check are missing", "Name them behind the Go program that opens them.");
        return checkGo(plugins, options.sysroot, output);
      }
      const contract = options.contract === undefined ? undefined : await loadContract(options.contract, options.world);
      const reports = await withHost(async (host) => {
        const made: Report[] = [];
        for (const plugin of plugins) {
          made.push(
            await withProgress(output, `checking ${plugin}`, checkPlugin(host, plugin, contract, options.place)),
          );
        }
        return made;
      });
      if (output.json) output.document(verdictDocument(reports));
      else for (const report of reports) for (const line of reportLines(report, output)) output.line(line);
      process.exitCode = gravest(reports.map(({ verdict }) => exitCodeOfVerdict(verdict)));
    });
}

function refuseContractOptions({ contract, world, place }: CheckOptions): void {
  const given = Object.entries({ contract, world, place }).find(([, value]) => value !== undefined)?.[0];
  if (given !== undefined)
    throw usageError(
      `--${given} has no meaning for Go plugins`,
      "Leave it out: a Go plugin has Go types, and no contract.",
    );
}

/** The report on one plugin; without a contract of the host, against the plugin's own. */
export async function checkPlugin(
  host: Host,
  plugin: string,
  contract: Contract | undefined,
  place?: string,
): Promise<Report> {
  const first = await examine(plugin, contract, host.runtimes);
  const own = contract === undefined ? first.contract : undefined;
  const { report, artifact, runtime } = own === undefined ? first : await examine(plugin, own, host.runtimes);
  if (artifact === undefined || runtime === undefined) return report;
  const findings = [...report.findings];
  if (place !== undefined) {
    try {
      expectOffered(runtime, place, host.places, plugin);
    } catch (thrown) {
      if (!isTenonError(thrown)) throw thrown;
      findings.push(...findingOf(thrown));
    }
  }
  if (contract === undefined && own === undefined)
    return { ...report, findings: withNothingToCompare(plugin, findings), verdict: unknownUnless(findings) };
  return { ...report, findings, verdict: verdictOf(findings) };
}

function unknownUnless(findings: Report["findings"]): Report["verdict"] {
  return verdictOf(findings) === "breaks" ? "breaks" : "unknown";
}

function withNothingToCompare(plugin: string, findings: Report["findings"]): Report["findings"] {
  const others = findings.filter(({ code }) => code !== "TENON_CONTRACT_NOT_CARRIED");
  const told = finding("TENON_CONTRACT_NOT_CARRIED", {
    severity: "warning",
    subject: plugin,
    message: `${plugin} carries no contract, and none was given to check it against`,
    fix: {
      text: "Give the host's contract, or put a .wit file beside the plugin.",
      command: `tenon check ${plugin} --contract FILE`,
    },
  });
  return [...others, told];
}
