import { Command } from "commander";
import type { Contract } from "../../contract/index.js";
import type { Contribution } from "../../contributions/index.js";
import { contractNotCarried } from "../../errors/factories/command-contract.js";
import { examine } from "../../host/check.js";
import { reportWithGrants } from "../../host/granted.js";
import type { Host, CheckOptions as HostCheckOptions, Report } from "../../host/index.js";
import { withDigest } from "../../host/integrity.js";
import { readCheckOptions } from "../../host/options.js";
import { verdictOf } from "../../host/report.js";
import { worstExitCode } from "../../terminal/exit-codes.js";
import { loadContract } from "../contracts/load-contract.js";
import { withContext } from "../contributed/command-context.js";
import { contributedOption } from "../options/contributed-option.js";
import { addGrantOptions, type GrantOptions, readGrants } from "../options/grant-options.js";
import { contractOption, type PlaceChoice, placeOption, worldOption } from "../options/option-values.js";
import {
  integrityOption,
  type RuntimeChoiceOptions,
  readRuntime,
  runtimeNameOption,
  runtimeValueOption,
} from "../options/runtime-options.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import type { CommandLine } from "../plugins/command-line.js";
import { configuredPlugins } from "../plugins/configured-plugins.js";
import { withHost } from "../plugins/host.js";
import { exitCodeOfReport, reportLines, verdictDocument } from "../results/report-text.js";

interface CheckOptions extends RuntimeChoiceOptions, GrantOptions {
  readonly contract?: string;
  readonly world?: string;
  readonly place?: PlaceChoice;
  readonly integrity?: string;
}

/** `tenon check`: tells whether plugins would be opened. Runs none of their code. */
export function checkCommand(line: CommandLine): Command {
  const { output, contributions } = line;
  const others = contributions.flatMap(({ check }) => check ?? []);
  const command = new Command("check")
    .description("Check whether plugins fit, without running them.")
    .usage(
      ["<PLUGIN...>", "--config FILE [NAME...]", ...others.map(({ usage }) => usage)]
        .map((usage) => `[options] ${usage}`)
        .join("\n       tenon check "),
    )
    .argument(
      // Without a config file, one is required.
      "[PLUGIN...]",
      [
        "plugins: files, folders, archives, npm:PACKAGE, https: URLs, command:LINE",
        ...others.map(({ what }) => what),
      ].join("; or "),
    )
    .addOption(contractOption())
    .addOption(worldOption())
    .addOption(placeOption("also check whether the plugin can run in this place"))
    .addOption(runtimeNameOption())
    .addOption(runtimeValueOption())
    .addOption(integrityOption());
  for (const option of others.flatMap(({ options }) => options ?? [])) command.addOption(contributedOption(option));
  command.addHelpText(
    "after",
    `
Without --contract, each plugin is checked against its own contract. Lists what
a plugin asks for in its manifest, whether these options would grant it, and
what would enforce that. With a config file, checks the file and its plugins, as
it says they are opened; PLUGIN is then a name in it, and --contract a contract
that it names by its id.

${others.map(({ help }) => `${help.text}\n\n`).join("")}Exits with 0 if all plugins fit or can be adapted, 1 if one does not fit, 2 if
one is missing or cannot be read, 3 if it is not known whether one fits.

Examples:
  tenon check plugins/greeter.ts --contract host.wit
  tenon check plugins/* --contract src/contract.ts --json
  tenon check plugins/greeter.ts --place worker
  tenon check plugins/news.wasm --grant-network example.com
  tenon check --config tenon.config.yaml${others.map(({ help }) => `\n  ${help.example}`).join("")}`,
  );
  return addGrantOptions(command).action(async (plugins: string[], options: CheckOptions) => {
    if (line.configFile === undefined && plugins.length === 0)
      command.error("error: missing required argument 'PLUGIN'", { code: "commander.missingArgument" });
    if (line.configFile !== undefined) {
      const given = options.contract === undefined ? undefined : await loadContract(options.contract, options.world);
      printReports(await checkConfigured(line.configFile, plugins, given, line), output);
      return;
    }
    const opens = (path: string) =>
      withHost(line, async (host) => (await examine(path, undefined, host)).runtime !== undefined);
    for (const other of others) {
      if (await other.takes(plugins, { ...options }, opens))
        return withContext(line, (context) => other.run(plugins, { ...options }, context));
    }
    const contract = options.contract === undefined ? undefined : await loadContract(options.contract, options.world);
    const reports = await withHost(line, async (host) => {
      const done: Report[] = [];
      for (const plugin of plugins) {
        done.push(
          await withProgress(output, `checking ${plugin}`, () =>
            checkPlugin(host, plugin, contract, line, {
              ...(options.place === undefined ? {} : { place: options.place }),
              grants: readGrants(options),
              ...readRuntime(options),
            }),
          ),
        );
      }
      return done;
    });
    printReports(reports, output);
  });
}

function printReports(reports: readonly Report[], output: Output): void {
  if (output.json) output.document(verdictDocument(reports));
  else for (const report of reports) for (const line of reportLines(report, output)) output.line(line);
  output.exitCode = worstExitCode(reports.map(exitCodeOfReport));
}

/** Checks plugins of a config file with the options that it has for them. */
async function checkConfigured(
  file: string,
  names: readonly string[],
  contract: Contract | undefined,
  line: CommandLine,
): Promise<readonly Report[]> {
  const plugins = await configuredPlugins(file, names, contract);
  return withHost(line, async (host) => {
    const reports: Report[] = [];
    for (const { name, artifact, known, options } of plugins) {
      const { place, grants, isolation, runtime, folder, integrity } = options;
      const given = Object.entries({ place, grants, isolation, runtime, folder, integrity });
      const choice = Object.fromEntries(given.filter(([, value]) => value !== undefined));
      const report = await withProgress(line.output, `checking ${name}`, () =>
        checkPlugin(host, artifact, known, line, choice),
      );
      reports.push({ ...report, name });
    }
    return reports;
  });
}

/** Returns the report on one plugin, checked against the host's contract, or against its own if the host has none. */
export async function checkPlugin(
  host: Host,
  plugin: string,
  contract: Contract | undefined,
  { contributions }: CommandLine,
  options: HostCheckOptions = {},
): Promise<Report> {
  const choice = readCheckOptions(options);
  const first = await examine(plugin, contract, host, choice);
  const own = contract === undefined ? first.contract : undefined;
  const { report, artifact, runtime } = own === undefined ? first : await examine(plugin, own, host, choice);
  if (artifact === undefined || runtime === undefined) return explained(report, contributions);
  const granted = reportWithGrants({ report, artifact, runtime }, host.places, choice);
  const known = await withDigest({ report: granted, artifact, runtime }, choice.integrity);
  const { findings } = known;
  if (contract === undefined && own === undefined) {
    const others = findings.filter(({ code }) => code !== "TENON_CONTRACT_NOT_CARRIED");
    return { ...known, findings: [...others, contractNotCarried(plugin)], verdict: unknownUnlessBroken(findings) };
  }
  return known;
}

/** Replaces a report that a file is not recognised by one of a contribution that knows what it is. */
async function explained(report: Report, contributions: readonly Contribution[]): Promise<Report> {
  if (!report.findings.some(({ code }) => code === "TENON_ARTIFACT_UNKNOWN")) return report;
  for (const { check } of contributions) {
    const found = await check?.explain?.(report.artifact);
    if (found !== undefined) return { ...report, ...found, verdict: "unknown" };
  }
  return report;
}

function unknownUnlessBroken(findings: Report["findings"]): Report["verdict"] {
  return verdictOf(findings) === "breaks" ? "breaks" : "unknown";
}
