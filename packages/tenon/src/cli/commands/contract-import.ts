import { access } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { Command, Option } from "commander";
import { contractToJson, contractToWit } from "../../contract/index.js";
import { contractFileExists, contractFormatUnknown } from "../../errors/factories/command-contract.js";
import { examine } from "../../host/check.js";
import { refusal } from "../../host/report.js";
import type { Artifact } from "../../runtime/index.js";
import { addGrantOptions, type GrantOptions, readGrants } from "../options/grant-options.js";
import {
  isolationOption,
  milliseconds,
  type PlaceChoice,
  placeOption,
  readSettings,
  settingsOption,
} from "../options/option-values.js";
import {
  type RuntimeChoiceOptions,
  readRuntime,
  runtimeNameOption,
  runtimeValueOption,
} from "../options/runtime-options.js";
import { withProgress } from "../output/progress.js";
import { interrupted } from "../output/shutdown.js";
import { writeFileWhole } from "../output/write-file.js";
import type { CommandLine } from "../plugins/command-line.js";
import { withHost } from "../plugins/host.js";

interface ImportOptions extends GrantOptions, RuntimeChoiceOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly place?: PlaceChoice;
  readonly isolation?: "contained" | "sandboxed";
  readonly settings?: string;
  readonly deadline?: number;
}

/** `tenon contract import`: writes the contract that a plugin declares when it runs next to it. */
export function importCommand(line: CommandLine): Command {
  const { output } = line;
  const command = new Command("import")
    .description("Write the contract that a plugin declares into a file next to it. Runs the plugin's code.")
    .argument("<PLUGIN>", "plugin file or folder")
    .addOption(new Option("-o, --out <FILE>", "output file: .wit or .json (default: a .wit file next to the plugin)"))
    .option("--force", "overwrite the file")
    .addOption(placeOption("where the plugin runs (default: the place that its runtime prefers)"))
    .addOption(isolationOption())
    .addOption(runtimeNameOption())
    .addOption(runtimeValueOption())
    .addOption(settingsOption())
    .addOption(
      new Option("--deadline <MS>", "time limit in milliseconds; 0 for none (default: 10000)").argParser(milliseconds),
    )
    .addHelpText(
      "after",
      `
Starts the plugin until it has declared its contract, then ends it. It gets no
functions of a host, and reaches only what you grant. From then on, check and
open use the file, and the plugin need not run to be checked. If the plugin
declares something else later, opening it fails: import its contract again.

A file .json is used only if the plugin's manifest names it as its contract.

Examples:
  tenon contract import plugins/greeter.ts
  tenon contract import plugins/folder --place process --json
  tenon contract import plugins/greeter.ts --force`,
    );
  return addGrantOptions(command).action(async (plugin: string, options: ImportOptions) => {
    const settings = await readSettings(options.settings);
    const choice = readRuntime(options);
    const imported = await withHost(line, async (host) => {
      const { artifact, report } = await examine(plugin, undefined, host, choice);
      if (artifact === undefined) throw refusal(report);
      const file = options.out ?? fileNextTo(artifact);
      const extension = extname(file);
      if (extension !== ".wit" && extension !== ".json") throw contractFormatUnknown(file, ["wit", "json"]);
      const exists = await access(file).then(
        () => true,
        () => false,
      );
      if (exists && options.force !== true) throw contractFileExists(file, plugin);
      host.on("log", ({ name, line: { text } }) => output.note(`${output.noteColours.dim(`[${name}]`)} ${text}`));
      const contract = await withProgress(output, `running ${plugin}`, () =>
        host.discover(plugin, {
          ...choice,
          ...(options.place === undefined ? {} : { place: options.place }),
          ...(options.isolation === undefined ? {} : { isolation: options.isolation }),
          settings,
          grants: readGrants(options),
          limits: options.deadline === undefined ? {} : { load: options.deadline },
          signal: interrupted,
        }),
      );
      const text =
        extension === ".wit" ? contractToWit(contract) : `${JSON.stringify(contractToJson(contract), null, 2)}\n`;
      await writeFileWhole(file, text);
      return { contract: contract.id, plugin, file };
    });
    if (output.json) output.document(imported);
    else output.note(`wrote ${imported.contract} to ${imported.file}`);
  });
}

/** The file that counts as the plugin's contract although no manifest names it. */
function fileNextTo({ path, kind, manifest }: Artifact): string {
  const file = kind === "folder" ? join(path, "contract.wit") : join(dirname(path), `${stem(path)}.wit`);
  const entry = kind === "folder" && manifest.entry !== undefined ? join(path, `${stem(manifest.entry)}.wit`) : file;
  const shown = relative("", entry);
  return shown.startsWith("..") ? entry : shown;
}

function stem(path: string): string {
  return basename(path, extname(path));
}
