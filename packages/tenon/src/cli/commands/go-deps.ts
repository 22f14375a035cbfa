import { Command, Option } from "commander";
import { usageError } from "../command-failure.js";
import { outputOf } from "../global-options.js";
import { withProgress } from "../progress.js";
import { requirementLines } from "../results/go-requirements.js";
import { writeFileWhole } from "../write-file.js";

const formats = ["text", "json", "go.mod", "dockerfile"] as const;
type Format = (typeof formats)[number];

interface DepsOptions {
  readonly format?: Format;
  readonly out?: string;
  readonly module?: string;
}

/** `tenon go deps`: what a plugin must have in common with a host. */
export function goDepsCommand(): Command {
  return new Command("deps")
    .description("Show what a plugin must have in common with a Go host.")
    .argument("<HOST>", "the Go program that opens plugins; it is only read")
    .addOption(new Option("--format <FORMAT>", "the form (default: text)").choices(formats))
    .addOption(new Option("-o, --out <FILE>", "write to this file instead of stdout"))
    .addOption(new Option("--module <PATH>", "the plugin's module path, for go.mod (default: example.com/plugin)"))
    .addHelpText(
      "after",
      `
go.mod is a file to start a plugin with: the host's Go, and each of its modules at its version.
dockerfile builds a plugin with the host's Go release, C library, variables and flags.

Examples:
  tenon go deps ./server
  tenon go deps ./server --format go.mod --module example.com/greet -o go.mod
  tenon go deps ./server --format dockerfile -o Dockerfile`,
    )
    .action(async (path: string, options: DepsOptions, command: Command) => {
      const output = outputOf(command);
      const format = options.format ?? (output.json ? "json" : "text");
      if (options.module !== undefined && format !== "go.mod")
        throw usageError("--module is for the go.mod only", "Add --format go.mod, or leave --module out.");
      // Loaded only here: help and completion need none of it.
      const { dockerfileText, goDependencies, moduleFileText } = await import("../../builders/go/index.js");
      const required = await withProgress(output, `reading ${path}`, goDependencies(path));
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
      else output.note(`written to ${options.out}`);
    });
}
