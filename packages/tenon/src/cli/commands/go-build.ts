import { Command, Option } from "commander";
import type { GoBuild } from "../../builders/go/index.js";
import { closeAtEnd, interrupted } from "../ending.js";
import { outputOf } from "../global-options.js";
import { milliseconds } from "../option-values.js";
import type { Output } from "../output.js";
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

/** `tenon go build`: a plugin that its host opens. */
export function goBuildCommand(): Command {
  return new Command("build")
    .description("Build a Go plugin so that a host opens it, and verify that it will.")
    .argument("<DIR>", "the folder of the plugin's package main; nothing in it is changed")
    .addOption(new Option("--for <HOST>", "the Go program that is to open it; it is only read").makeOptionMandatory())
    .addOption(new Option("-o, --out <FILE>", "the plugin's file, as greet.so").makeOptionMandatory())
    .option("--host-source <DIR>", "the host's own module, for a plugin that uses its packages")
    .option("--pgo <FILE>", "the profile that the host was optimised with")
    .option("--tags <TAGS>", "build tags of the plugin's own, beside the host's")
    .option("--ldflags <FLAGS>", "the plugin's linker flags, as '-s -w'")
    .addOption(
      new Option("--deadline <MS>", "the most time that it may take; 0 for no limit (default: 1800000)").argParser(
        milliseconds,
      ),
    )
    .option("--no-download", "do not download the host's Go release where it is missing")
    .option(
      "--sysroot <DIR>",
      "the root folder of the system that the host runs on (default: / for a host of this one)",
    )
    .option("--dry-run", "only show what would be run")
    .addHelpText(
      "after",
      `
The plugin is built by the host's Go release, with the host's flags, experiments and module versions, and each package
that both have is compiled under the path that it has in the host. Then it is checked against the host; a plugin that
would not be opened is not written.

Examples:
  tenon go build --for ./server plugins/greet -o greet.so
  tenon go build --for ./server plugins/greet -o greet.so --dry-run
  tenon go build --for ./server plugins/greet -o greet.so --host-source ../server`,
    )
    .action(async (folder: string, options: BuildOptions, command: Command) => {
      const output = outputOf(command);
      // Loaded only here: help and completion need none of it.
      const { buildGoPlugin } = await import("../../go/index.js");
      const steps = new Steps(output);
      const building = buildGoPlugin({
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
        progress: (doing) => steps.begin(doing),
        sysroot: options.sysroot,
      });
      const close = closeAtEnd(() => building.catch(() => {}));
      let made: GoBuild;
      try {
        made = await building;
      } finally {
        steps.end();
        await close();
      }
      if (output.json) output.document(made);
      else for (const line of options.dryRun === true ? planLines(made) : buildLines(made, output)) output.line(line);
    });
}

/** Shows what is being done: on a terminal a line that disappears, elsewhere with --verbose a line for each step. */
class Steps {
  readonly #output: Output;
  readonly #begun = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  begin(doing: string): void {
    clearInterval(this.#timer);
    if (!this.#output.isNoteTerminal) {
      if (this.#output.verbose) this.#output.note(`${doing} …`);
      return;
    }
    const show = () => {
      const seconds = Math.floor((performance.now() - this.#begun) / 1000);
      this.#output.status(this.#output.noteColours.dim(`${doing} (${seconds} s)`.slice(0, this.#output.width - 1)));
    };
    show();
    this.#timer = setInterval(show, 1000);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#output.status("");
  }
}
