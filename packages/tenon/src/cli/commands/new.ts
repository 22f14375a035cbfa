import { Argument, Command, Option } from "commander";
import { type TemplateKind, templateKinds } from "../../contributions/contribution.js";
import { shellPath } from "../../errors/shell-word.js";
import { pasteable } from "../../terminal/pasteable.js";
import type { Output } from "../output/output.js";
import { ownVersion } from "../output/own-version.js";
import type { CommandLine } from "../plugins/command-line.js";
import { askFor } from "../scaffold/ask.js";
import { chooseName } from "../scaffold/name.js";
import { writeFiles } from "../scaffold/write-files.js";

interface NewOptions {
  readonly language?: string;
  readonly name?: string;
  readonly force?: boolean;
}

/** `tenon new`: creates a plugin or host to start from. */
export function newCommand({ output, contributions }: CommandLine): Command {
  const known = contributions.flatMap(({ templates }) => templates ?? []);
  const languages = known.map(({ language }) => language);
  return new Command("new")
    .description("Create a new plugin or host.")
    .addArgument(new Argument("[KIND]", "what to create").choices(templateKinds))
    .argument("[DIR]", "folder to create it in; must be new or empty")
    .addOption(
      new Option("--language <LANGUAGE>", `programming language (default: ${languages[0]})`).choices(languages),
    )
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
    .action(async (kind: TemplateKind | undefined, folder: string | undefined, options: NewOptions) => {
      const asked = await askFor(
        { kind, folder: folder ?? options.name, language: options.language },
        languages,
        output,
      );
      const name = chooseName(options.name, asked);
      const templates = await known.find(({ language }) => language === asked.language)?.load();
      const files = templates?.[asked.kind]({ name, tenon: ownVersion() }) ?? {};
      await writeFiles(asked.folder, files, options.force === true);
      if (output.json) output.document({ ...asked, name, files: Object.keys(files) });
      else print({ ...asked, name }, Object.keys(files), output);
    });
}

function print(
  { kind, folder, name }: { kind: TemplateKind; folder: string; name: string },
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
