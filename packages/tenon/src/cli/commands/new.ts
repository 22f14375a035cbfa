import { Argument, Command, Option } from "commander";
import { outputOf } from "../global-options.js";
import type { Output } from "../output.js";
import { ownVersion } from "../own-version.js";
import { askFor } from "../scaffold/ask.js";
import { chooseName } from "../scaffold/name.js";
import { writeFiles } from "../scaffold/write-files.js";
import { type Kind, kinds, type Language, languages, templates } from "../templates/index.js";

interface NewOptions {
  readonly language?: Language;
  readonly name?: string;
  readonly force?: boolean;
}

/** `tenon new`: the files of a plugin or host to start from. */
export function newCommand(): Command {
  return new Command("new")
    .description("Make a plugin or a host to start from.")
    .addArgument(new Argument("[KIND]", "what to make").choices(kinds))
    .argument("[DIR]", "the folder to make it in; it must be new or empty")
    .addOption(new Option("--language <LANGUAGE>", "the language (default: typescript)").choices(languages))
    .option("--name <NAME>", "its name; by default the folder's")
    .option("--force", "write into a folder that is not empty, over files of the same names")
    .addHelpText(
      "after",
      `
On a terminal, what is not said is asked for. A new plugin fits a new host.

Examples:
  tenon new plugin hello
  tenon new plugin hello --language javascript --name greeter
  tenon new host app`,
    )
    .action(async (kind: Kind | undefined, folder: string | undefined, options: NewOptions, command: Command) => {
      const output = outputOf(command);
      const asked = await askFor({ kind, folder: folder ?? options.name, language: options.language }, output);
      const name = chooseName(options.name, asked.folder);
      const files = templates[asked.kind][asked.language]({ name, tenon: ownVersion() });
      await writeFiles(asked.folder, files, options.force === true);
      if (output.json) output.document({ ...asked, name, files: Object.keys(files) });
      else print({ ...asked, name }, Object.keys(files), output);
    });
}

function print(
  { kind, folder, name }: { kind: Kind; folder: string; name: string },
  files: readonly string[],
  output: Output,
): void {
  const { bold, cyan, dim } = output.colours;
  output.line(`${bold(name)}, a new ${kind}, in ${folder}: ${dim(files.join(", "))}`);
  output.line("Next:");
  const steps =
    kind === "plugin"
      ? [`tenon check ${folder}`, `tenon run ${folder} greet Ada`]
      : [`cd ${folder} && npm install`, "npm start PLUGIN"];
  for (const step of steps) output.line(`  ${cyan(step)}`);
}
