import { Command } from "commander";
import type { Contract } from "../../contract/index.js";
import { examine } from "../../host/check.js";
import type { Host, Report } from "../../host/index.js";
import { tableLines } from "../../terminal/table.js";
import { loadContract } from "../contracts/load-contract.js";
import { languagesOf } from "../contributed/build-help.js";
import { contractOption, worldOption } from "../options/option-values.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import type { CommandLine } from "../plugins/command-line.js";
import { configuredPlugins } from "../plugins/configured-plugins.js";
import { findPlugins } from "../plugins/find-plugins.js";
import { withHost } from "../plugins/host.js";
import { mapBounded } from "../plugins/map-bounded.js";
import { paintVerdict } from "../results/report-text.js";
import { checkPlugin } from "./check.js";

interface ListOptions {
  readonly contract?: string;
  readonly world?: string;
  readonly all?: boolean;
}

/** `tenon list`: finds the plugins in folders. Runs none of their code. */
export function listCommand(line: CommandLine): Command {
  const { output, contributions } = line;
  return new Command("list")
    .description("List the plugins in folders, without running them.")
    .argument("[DIR...]", "folders to search, recursively (default: .)")
    .addOption(contractOption())
    .addOption(worldOption())
    .option("--all", "also list files that could be plugins, but have no manifest and no contract")
    .addHelpText(
      "after",
      `
Lists as plugins:
  - folders with a tenon.json, or with a package.json that has a field "tenon"
  - folders of ${languagesOf(contributions)} source with a contract
  - files with NAME.tenon.json or NAME.wit next to them
Skips node_modules, hidden folders and contracts.

With a config file, lists its plugins instead; DIR is then a name in it.

Exits with 0, also if a plugin is broken, 2 if a folder does not exist. To check
plugins in scripts, use tenon check.

Examples:
  tenon list
  tenon list plugins --contract host.wit
  tenon list --config tenon.config.yaml`,
    )
    .action(async (folders: string[], options: ListOptions) => {
      if (line.configFile !== undefined) {
        const reports = await listConfigured(line.configFile, folders, line);
        if (output.json) output.document({ plugins: reports });
        else print(reports, true, 0, output);
        return;
      }
      const contract = options.contract === undefined ? undefined : await loadContract(options.contract, options.world);
      const { described, others } = await withProgress(output, "searching for plugins", () =>
        findPlugins(
          folders.length === 0 ? ["."] : folders,
          contributions.flatMap(({ files }) => files ?? []),
        ),
      );
      const guesses = options.all === true ? others : [];
      const reports = await withHost(line, (host) =>
        withProgress(output, "reading plugins", () => reportsOn(host, described, guesses, contract, line)),
      );
      if (output.json) output.document({ plugins: reports });
      else print(reports, contract !== undefined, others.length - guesses.length, output);
    });
}

/** Reports on the plugins of a config file. */
async function listConfigured(file: string, names: readonly string[], line: CommandLine): Promise<Report[]> {
  const plugins = await configuredPlugins(file, names);
  return withHost(line, (host) =>
    withProgress(line.output, "reading plugins", () =>
      mapBounded(plugins, mostAtOnce, async ({ name, artifact, known, options: { folder, runtime } }) => {
        const choice = { ...(folder === undefined ? {} : { folder }), ...(runtime === undefined ? {} : { runtime }) };
        return { ...(await checkPlugin(host, artifact, known, line, choice)), name };
      }),
    ),
  );
}

/** Reading a plugin mostly waits, for files and for the compiler's own process. */
const mostAtOnce = 16;

/** Reports on the plugins, and on those guesses that a runtime recognises, by path. */
async function reportsOn(
  host: Host,
  described: readonly string[],
  guesses: readonly string[],
  contract: Contract | undefined,
  line: CommandLine,
): Promise<Report[]> {
  const uncertain = new Set(guesses);
  const paths = [...described, ...guesses].sort();
  const reports = await mapBounded(paths, mostAtOnce, async (path) =>
    contract === undefined
      ? (await examine(path, undefined, host)).report
      : await checkPlugin(host, path, contract, line),
  );
  return reports.filter((report, index) => report.runtime !== undefined || !uncertain.has(paths[index] ?? ""));
}

function print(reports: readonly Report[], hasVerdict: boolean, others: number, output: Output): void {
  const { colours } = output;
  const head = ["NAME", "VERSION", "RUNTIME", ...(hasVerdict ? ["VERDICT"] : []), "PATH"].map((text) =>
    colours.bold(text),
  );
  const rows = reports.map((report) => {
    const problem = report.findings.find(({ severity }) => severity === "error");
    const runtime = report.runtime ?? colours.red("none");
    const verdict = hasVerdict ? [paintVerdict(report.verdict, colours, 0)] : [];
    const path =
      problem === undefined || hasVerdict
        ? report.artifact
        : `${report.artifact} ${colours.red(`(${problem.message.split("\n")[0]})`)}`;
    return [report.name ?? colours.dim("unknown"), report.version ?? "", runtime, ...verdict, path];
  });
  if (rows.length === 0) output.note("No plugins found.");
  else for (const line of tableLines([head, ...rows])) output.line(line);
  if (others > 0)
    output.note(
      output.noteColours.dim(
        `${others} more ${others === 1 ? "file" : "files"} could be plugins, but have no manifest and no contract. To list them, add --all.`,
      ),
    );
}
