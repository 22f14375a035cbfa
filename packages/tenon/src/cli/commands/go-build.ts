import { Command, Option } from "commander";
import { expectGoFolder } from "../options/go-folder.js";
import { milliseconds } from "../options/option-values.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import { closeOnExit, interrupted } from "../output/shutdown.js";
import { buildLines, planLines } from "../results/go-build-text.js";

interface BuildOptions {
  readonly for: string;
  readonly out: string;
  readonly hostSource?: string;
  readonly pgo?: string;
  readonly tags?: string;
  readonly ldflags?: string;
  readonly deadline?: number;
  readonly download: boolean;
  readonly dryRun?: boolean;
  readonly sysroot?: string;
}

/** `tenon go build`: builds a plugin that its host opens. */
export function goBuildCommand(output: Output): Command {
  return new Command("build")
    .description("Build a Go plugin for a host, and verify that the host will open it.")
    .argument("<DIR>", "folder of the plugin's main package (is not changed)")
    .addOption(new Option("--for <HOST>", "the Go program that opens the plugin (is only read)").makeOptionMandatory())
    .addOption(new Option("-o, --out <FILE>", "output file, such as greet.so").makeOptionMandatory())
    .option("--host-source <DIR>", "folder of the host's module, if the plugin imports its packages")
    .option("--pgo <FILE>", "profile that the host was optimised with")
    .option("--tags <TAGS>", "build tags of the plugin, in addition to the host's")
    .option("--ldflags <FLAGS>", "linker flags of the plugin, such as '-s -w'")
    .addOption(
      new Option("--deadline <MS>", "stop after this many milliseconds; 0 for no limit (default: 1800000)").argParser(
        milliseconds,
      ),
    )
    .option("--no-download", "do not download the host's Go release if it is not installed")
    .option("--sysroot <DIR>", "root folder of the system that the host runs on (default: / if it runs on this one)")
    .option("--dry-run", "only print the command that would run")
    .addHelpText(
      "after",
      `
Builds the plugin with the host's Go release, flags, experiments and module
versions. Packages that both sides use are compiled under the path that they
have in the host. Then checks the result against the host, and writes it only if
the host will open it.

Examples:
  tenon go build --for ./server plugins/greet -o greet.so
  tenon go build --for ./server plugins/greet -o greet.so --dry-run
  tenon go build --for ./server plugins/greet -o greet.so --host-source ../server`,
    )
    .action(async (folder: string, options: BuildOptions) => {
      // Imported here to keep help and completion fast.
      const { buildGoPlugin } = await import("../../go/index.js");
      const made = await withProgress(output, `building ${folder}`, async (progress) => {
        const building = expectGoFolder(
          folder,
          buildGoPlugin({
            host: options.for,
            folder,
            output: options.out,
            hostSource: options.hostSource,
            pgo: options.pgo,
            tags: options.tags?.split(",").filter((tag) => tag !== ""),
            ldflags: options.ldflags,
            deadline: options.deadline,
            download: options.download,
            dryRun: options.dryRun,
            signal: interrupted,
            progress,
            sysroot: options.sysroot,
          }),
        );
        const close = closeOnExit(() => building.catch(() => {}));
        try {
          return await building;
        } finally {
          await close();
        }
      });
      if (output.json) output.document(made);
      else for (const line of options.dryRun === true ? planLines(made) : buildLines(made, output)) output.line(line);
    });
}
