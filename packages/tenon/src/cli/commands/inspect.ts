import { Command } from "commander";
import { contractToWit, signatures } from "../../contract/index.js";
import type { Contribution } from "../../contributions/index.js";
import type { Finding } from "../../errors/index.js";
import type { GrantReport } from "../../grants/enforcement.js";
import { examine } from "../../host/check.js";
import { reportWithGrants } from "../../host/granted.js";
import { withDigest } from "../../host/integrity.js";
import { refusal } from "../../host/report.js";
import type { Artifact, Place, Runtime } from "../../runtime/index.js";
import { findingLines } from "../../terminal/finding-text.js";
import { withContext } from "../contributed/command-context.js";
import { askedLines } from "../grants/grant-text.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import type { CommandLine } from "../plugins/command-line.js";
import { withHost } from "../plugins/host.js";

/** `tenon inspect`: shows everything that a plugin says about itself. Runs none of its code. */
export function inspectCommand(line: CommandLine): Command {
  const { output, contributions } = line;
  const views = contributions.flatMap(({ inspect }) => inspect ?? []);
  return new Command("inspect")
    .description("Show what a plugin or program contains, without running it.")
    .argument(
      "<FILE>",
      ["plugin: file, folder, archive, npm:PACKAGE, https: URL or command:LINE", ...views.map(({ what }) => what)].join(
        ", or ",
      ),
    )
    .addHelpText(
      "after",
      `
${views.map(({ help }) => `${help}\n\n`).join("")}Exits with 0 if the file could be read, 1 if it is neither a plugin nor a
program, 2 if it is missing or cannot be read.

Examples:
  tenon inspect plugins/greeter.ts
  tenon inspect plugins/greeter.so
  tenon inspect plugins/greeter --json`,
    )
    .action(async (plugin: string) => {
      for (const view of views)
        if (await view.takes(plugin)) return withContext(line, (context) => view.show(plugin, context));
      const { report, artifact, runtime, places } = await withHost(line, async (host) => ({
        ...(await withProgress(output, `reading ${plugin}`, () => examine(plugin, undefined, host))),
        places: host.places,
      }));
      if (artifact === undefined || runtime === undefined) throw refusal(report);
      const document = {
        ...(await inspectionOf(artifact, runtime, places, contributions)),
        grants: reportWithGrants({ report, artifact, runtime }, places, {}).grants,
        digest: (await withDigest({ report, artifact, runtime }, undefined)).digest,
        description: report.description,
        findings: report.findings,
      };
      if (output.json) output.document(document);
      else print(document, output);
    });
}

async function inspectionOf(
  artifact: Artifact,
  runtime: Runtime,
  places: ReadonlyMap<string, Place>,
  contributions: readonly Contribution[],
) {
  const { manifest } = artifact;
  const { contract } = manifest;
  const contribution = contributions.find(({ name }) => name === runtime.name);
  return {
    name: manifest.name,
    version: manifest.version,
    artifact: artifact.given,
    path: artifact.path,
    kind: artifact.kind,
    size: artifact.kind === "file" ? artifact.size : undefined,
    entry: manifest.entry,
    manifest: manifest.source,
    runtime: runtime.name,
    places: Object.fromEntries([...places].map(([name, { traits }]) => [name, runtime.offers(traits)])),
    exports:
      contract === undefined
        ? ((await contribution?.exports?.(artifact)) ?? [])
        : signatures(contract.exports)
            .filter(({ kind }) => kind !== "drop")
            .map(({ label }) => label),
    contract: contract === undefined ? undefined : { id: contract.id, wit: contractToWit(contract) },
    settings: manifest.settings,
    requires: manifest.requires,
    priority: manifest.priority,
  };
}

type Inspection = Awaited<ReturnType<typeof inspectionOf>> & {
  description: string | undefined;
  digest: string | undefined;
  grants: GrantReport | undefined;
  findings: readonly Finding[];
};

function print(about: Inspection, output: Output): void {
  const { colours } = output;
  const asked = about.grants === undefined ? [] : askedLines(about.grants, colours);
  const rows: [string, string | undefined][] = [
    ["name", about.name],
    ["version", about.version ?? colours.dim("none")],
    ["kind", `${about.description ?? about.runtime} ${colours.dim(`(runtime ${about.runtime})`)}`],
    ["path", about.path],
    ["size", about.size === undefined ? undefined : `${about.size.toLocaleString("en")} bytes`],
    ["entry", about.entry === about.path ? undefined : about.entry],
    ["manifest", about.manifest ?? colours.dim("none")],
    [
      "places",
      Object.entries(about.places)
        .map(([place, offer]) => (offer === true ? place : colours.dim(`not ${place}: ${offer}`)))
        .join(", "),
    ],
    ["exports", about.exports.join(", ") || colours.dim("not known without running it")],
    ["digest", about.digest ?? colours.dim("none")],
    ["priority", String(about.priority)],
    [
      "requires",
      Object.entries(about.requires)
        .map(([name, range]) => `${name} ${range}`)
        .join(", ") || colours.dim("nothing"),
    ],
    ["grants", asked.length === 0 ? colours.dim("asks for nothing") : undefined],
    ["contract", about.contract?.id ?? colours.dim("none")],
  ];
  for (const [name, value] of rows) if (value !== undefined) output.line(`${colours.bold(name.padEnd(9))} ${value}`);
  section("grants", asked.length === 0 ? undefined : asked.join("\n"), output);
  section("contract", about.contract?.wit, output);
  section(
    "settings (JSON Schema)",
    about.settings === undefined ? undefined : JSON.stringify(about.settings, null, 2),
    output,
  );
  const shown = about.findings.filter(({ severity }) => severity !== "info");
  if (shown.length > 0) output.line();
  for (const item of shown) for (const line of findingLines(item, colours)) output.line(line);
}

function section(title: string, text: string | undefined, output: Output): void {
  if (text === undefined) return;
  output.line(`\n${output.colours.bold(title)}`);
  for (const line of text.trimEnd().split("\n")) output.line(`  ${line}`.trimEnd());
}
