import { Command, Option } from "commander";
import { moduleOptionMisplaced } from "../../errors/factories/command.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import { writeFileWhole } from "../output/write-file.js";
import { requirementLines } from "../results/go-requirements.js";

const formats = ["text", "json", "go.mod", "dockerfile"] as const;
type Format = (typeof formats)[number];

interface DepsOptions {
  readonly format?: Format;
  readonly out?: string;
  readonly module?: string;
}

/** `tenon go deps`: shows what a plugin must share with a host. */
export function goDepsCommand(output: Output): Command {
  return new Command("deps")
    .description("Show what a plugin must share with a Go host: release, flags, modules.")
    .argument("<HOST>", "the Go program that opens plugins (is only read)")
    .addOption(new Option("--format <FORMAT>", "output format (default: text)").choices(formats))
    .addOption(new Option("-o, --out <FILE>", "output file (default: stdout)"))
    .addOption(new Option("--module <PATH>", "module path of the plugin, for go.mod (default: example.com/plugin)"))
    .addHelpText(
      "after",
      `
Formats:
  go.mod      a go.mod to start a plugin with: the host's Go release, and its modules at the same versions
  dockerfile  builds a plugin with the host's Go release, C library, variables and flags

Examples:
  tenon go deps ./server
  tenon go deps ./server --format go.mod --module example.com/greet -o go.mod
  tenon go deps ./server --format dockerfile -o Dockerfile`,
    )
    .action(async (path: string, options: DepsOptions) => {
      const format = options.format ?? (output.json ? "json" : "text");
      if (options.module !== undefined && format !== "go.mod") throw moduleOptionMisplaced();
      // Imported here to keep help and completion fast.
      const { dockerfileText, goDependencies, moduleFileText } = await import("../../builders/go/index.js");
      const required = await withProgress(output, `reading ${path}`, () => goDependencies(path));
      const text = {
        text: () => `${requirementLines(required, options.out === undefined ? output : undefined).join("\n")}\n`,
        json: () => `${JSON.stringify(required, null, 2)}\n`,
        "go.mod": () => moduleFileText(required, options.module),
        dockerfile: () => dockerfileText(required),
      }[format]();
      if (options.out !== undefined) await writeFileWhole(options.out, text);
      if (output.json) {
        const made = format === "json" ? required : { format, text };
        output.document(options.out === undefined ? made : { format, file: options.out });
      } else if (options.out === undefined) await output.write(text);
      else output.note(`wrote ${options.out}`);
    });
}
