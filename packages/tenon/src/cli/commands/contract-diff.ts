import { Command } from "commander";
import { adviseVersion, compareContracts, type Difference, type VersionAdvice } from "../../contract/index.js";
import { loadContract } from "../contracts/load-contract.js";
import type { Output } from "../output/output.js";
import { paintVerdict } from "../results/report-text.js";
import { exitCodeOfVerdict } from "../results/verdict-code.js";

/** `tenon contract diff`: compares two contracts, and tells which version bump the change needs. */
export function diffCommand(output: Output): Command {
  return new Command("diff")
    .description("Compare the host's contract with a plugin's, or an old version with a new one.")
    .argument("<HOST>", "the host's contract, or the old version")
    .argument("<PLUGIN>", "the plugin's contract, or the new version")
    .option("--host-world <NAME>", "which contract of the first file to use, if it has more than one")
    .option("--plugin-world <NAME>", "which contract of the second file to use")
    .addHelpText(
      "after",
      `
Shows every difference with what each side has. If the second contract is the
next version of the first, it also shows the smallest version bump that the
change needs.

Exits with 0 if the contracts fit or can be adapted, 1 if they do not, 2 if a
contract is missing or not valid.

Examples:
  tenon contract diff host.wit plugins/greeter.wit
  tenon contract diff old.wit contract.ts --json`,
    )
    .action(async (host: string, plugin: string, options: { hostWorld?: string; pluginWorld?: string }) => {
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
      output.exitCode = exitCodeOfVerdict(comparison.verdict);
    });
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
  if (change === "none") return "As a new version: nothing changed.";
  const kind = { major: "a breaking change", minor: "an addition", patch: "documentation only" }[change];
  const needs =
    before === undefined || version === undefined ? `a ${bump} bump` : `a ${bump} bump, ${before} to ${version}`;
  const given = enough === undefined ? "" : enough ? `; ${after} is enough` : `; ${after} is not enough`;
  return `As a new version: ${kind}, which needs ${needs}${given}.`;
}
