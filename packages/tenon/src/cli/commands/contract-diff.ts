import { Command } from "commander";
import { adviseVersion, compareContracts, type Difference, type VersionAdvice } from "../../contract/index.js";
import { exitCodeOfVerdict } from "../exit-codes.js";
import { outputOf } from "../global-options.js";
import { loadContract } from "../load-contract.js";
import type { Output } from "../output.js";
import { paintVerdict } from "../report-text.js";

/** `tenon contract diff`: whether one contract fits another, and which version the change needs. */
export function diffCommand(): Command {
  return new Command("diff")
    .description("Compare the host's contract with a plugin's, or an old one with a new one.")
    .argument("<HOST>", "the host's contract, or the one before")
    .argument("<PLUGIN>", "the plugin's contract, or the one after")
    .option("--host-world <NAME>", "which world or contract of the first file, where there are several")
    .option("--plugin-world <NAME>", "which world or contract of the second file")
    .addHelpText(
      "after",
      `
Shows every difference with what each side has, and the smallest version bump that the change needs
when the second is the next version of the first.
Ends with 0 if the contracts fit (or can be adapted), 1 if they break.

Examples:
  tenon contract diff host.wit plugins/greeter.wit
  tenon contract diff old.wit contract.ts --json`,
    )
    .action(
      async (host: string, plugin: string, options: { hostWorld?: string; pluginWorld?: string }, command: Command) => {
        const output = outputOf(command);
        const [before, after] = [
          await loadContract(host, options.hostWorld),
          await loadContract(plugin, options.pluginWorld),
        ];
        const comparison = compareContracts(before, after);
        const advice = adviseVersion(before, after);
        if (output.json) output.document({ host: before.id, plugin: after.id, ...comparison, advice });
        else {
          output.line(`${paintVerdict(comparison.verdict, output.colours)}  ${before.id} (host), ${after.id} (plugin)`);
          for (const difference of comparison.differences) printDifference(difference, output);
          output.line(adviceText(advice, before.version, after.version));
        }
        process.exitCode = exitCodeOfVerdict(comparison.verdict);
      },
    );
}

function printDifference({ severity, message, host, plugin, fix }: Difference, output: Output): void {
  const { colours } = output;
  const paint = { breaks: colours.red, adapts: colours.yellow, note: colours.blue }[severity];
  output.line(`  ${paint(severity)} ${message}`);
  output.line(`    ${colours.dim("host  ")} ${host}`);
  output.line(`    ${colours.dim("plugin")} ${plugin}`);
  if (severity !== "note") output.line(`    ${colours.bold("To fix this:")} ${fix.text}`);
}

function adviceText(
  { change, bump, version, enough }: VersionAdvice,
  before: string | undefined,
  after: string | undefined,
): string {
  if (change === "none") return "As versions of one contract: nothing changed.";
  const kind = { major: "a breaking change", minor: "an addition", patch: "documentation only" }[change];
  const needs =
    before === undefined || version === undefined ? `a ${bump} bump` : `a ${bump} bump, ${before} to ${version}`;
  const given = enough === undefined ? "" : enough ? `; ${after} is enough` : `; ${after} is not enough`;
  return `As versions of one contract: ${kind}, which needs ${needs}${given}.`;
}
