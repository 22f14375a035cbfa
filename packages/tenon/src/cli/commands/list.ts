import { Command } from "commander";
import type { Contract } from "../../contract/index.js";
import { examine } from "../../host/check.js";
import type { Host, Report } from "../../host/index.js";
import { findPlugins } from "../find-plugins.js";
import { outputOf } from "../global-options.js";
import { withHost } from "../host.js";
import { loadContract } from "../load-contract.js";
import { contractOption, worldOption } from "../option-values.js";
import type { Output } from "../output.js";
import { withProgress } from "../progress.js";
import { paintVerdict } from "../report-text.js";
import { tableLines } from "../table.js";
import { checkPlugin } from "./check.js";

interface ListOptions {
  readonly contract?: string;
  readonly world?: string;
  readonly all?: boolean;
}

/** `tenon list`: the plugins in folders. Runs nothing of them. */
export function listCommand(): Command {
  return new Command("list")
    .description("List the plugins in folders, without running them.")
    .argument("[DIR...]", "folders to look in, and in theirs; by default the current one")
    .addOption(contractOption())
    .addOption(worldOption())
    .option("--all", "also files that could be plugins, but have neither manifest nor contract beside them")
    .addHelpText(
      "after",
      `
A plugin is a folder with a tenon.json (or a package.json with a field "tenon"), or a file with a
NAME.tenon.json or NAME.wit beside it. node_modules and hidden folders are left out.

Examples:
  tenon list plugins
  tenon list plugins --contract host.wit`,
    )
    .action(async (folders: string[], options: ListOptions, command: Command) => {
      const output = outputOf(command);
      const contract = options.contract === undefined ? undefined : await loadContract(options.contract, options.world);
      const { described, others } = await withProgress(
        output,
        "looking for plugins",
        findPlugins(folders.length === 0 ? ["."] : folders),
      );
      const reports = await withHost((host) => {
        const work = reportsOn(
          host,
          options.all === true ? [...described, ...others] : described,
          new Set(others),
          contract,
        );
        return withProgress(output, "reading plugins", work);
      });
      if (output.json) output.document({ plugins: reports });
      else print(reports, contract !== undefined, options.all === true ? 0 : others.length, output);
    });
}

async function reportsOn(
  host: Host,
  paths: readonly string[],
  guesses: ReadonlySet<string>,
  contract: Contract | undefined,
): Promise<Report[]> {
  const reports: Report[] = [];
  for (const path of [...paths].sort()) {
    const report =
      contract === undefined
        ? (await examine(path, undefined, host.runtimes)).report
        : await checkPlugin(host, path, contract);
    if (report.runtime !== undefined || !guesses.has(path)) reports.push(report);
  }
  return reports;
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
        `${others} more file${others === 1 ? "" : "s"} could be plugins, but have neither manifest nor contract; --all lists them.`,
      ),
    );
}
