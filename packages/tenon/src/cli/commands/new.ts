import { Argument, Command, Option } from "commander";
import { shellPath } from "../../errors/shell-word.js";
import type { Output } from "../output/output.js";
import { ownVersion } from "../output/own-version.js";
import { pasteable } from "../output/pasteable.js";
import { askFor } from "../scaffold/ask.js";
import { chooseName } from "../scaffold/name.js";
import { writeFiles } from "../scaffold/write-files.js";
import { type Kind, kinds, type Language, languages, templates } from "../templates/index.js";

interface NewOptions {
  readonly language?: Language;
  readonly name?: string;
  readonly force?: boolean;
}

/** `tenon new`: creates a plugin or host to start from. */
export function newCommand(output: Output): Command {
  return new Command("new")
    .description("Create a new plugin or host.")
    .addArgument(new Argument("[KIND]", "what to create").choices(kinds))
    .argument("[DIR]", "folder to create it in; must be new or empty")
    .addOption(new Option("--language <LANGUAGE>", "programming language (default: typescript)").choices(languages))
    .option("--name <NAME>", "name (default: the folder's name)")
    .option("--force", "write into a folder that is not empty, and overwrite files of the same names")
    .addHelpText(
      "after",
      `
On a terminal, asks for what you leave out. A new plugin fits a new host.

Examples:
  tenon new plugin hello
  tenon new plugin hello --language javascript --name greeter
  tenon new host app`,
    )
    .action(async (kind: Kind | undefined, folder: string | undefined, options: NewOptions) => {
      const asked = await askFor({ kind, folder: folder ?? options.name, language: options.language }, output);
      const name = chooseName(options.name, asked);
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
  output.line(`Created the ${kind} ${bold(name)} in ${folder}: ${dim(files.join(", "))}`);
  output.line("Next steps:");
  const steps =
    kind === "plugin"
      ? [`tenon check ${shellPath(folder)}`, `tenon run ${shellPath(folder)} greet Ada`]
      : [`cd ${shellPath(folder)} && npm install`, "npx tenon new plugin hello", "npm start hello Ada"];
  for (const step of steps) output.line(`  ${cyan(pasteable(step))}`);
}
