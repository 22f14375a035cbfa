import { Command } from "commander";
import { makeColours } from "./colour.js";
import { buildCommand } from "./commands/build.js";
import { checkCommand } from "./commands/check.js";
import { completionCommand } from "./commands/completion.js";
import { contractCommand } from "./commands/contract.js";
import { goCommand } from "./commands/go.js";
import { inspectCommand } from "./commands/inspect.js";
import { listCommand } from "./commands/list.js";
import { newCommand } from "./commands/new.js";
import { runCommand } from "./commands/run.js";
import { serveCommand } from "./commands/serve.js";
import { addGlobalOptions } from "./global-options.js";
import type { Output } from "./output.js";
import { ownVersion } from "./own-version.js";

/** The whole command line: commands, options and help. */
export function createProgram(output: Output): Command {
  const program = addGlobalOptions(
    new Command("tenon")
      .description("Checks, opens and swaps plugins behind a typed contract.")
      .version(ownVersion(), "--version", "print the version"),
  );
  const commands = [
    newCommand,
    checkCommand,
    buildCommand,
    inspectCommand,
    runCommand,
    serveCommand,
    contractCommand,
    goCommand,
    listCommand,
  ];
  for (const make of commands) program.addCommand(make());
  program.addCommand(completionCommand(program));
  program.addHelpText(
    "after",
    `
Exit codes:
  0  it fits, or what was asked is done
  1  it does not fit, or the plugin failed
  2  the command line, or a file that it names, is wrong
  3  it cannot be told whether it fits

Examples:
  tenon new plugin hello                     a plugin to start from
  tenon check hello --contract host.wit      whether it fits, without running it
  tenon run hello greet Ada --watch          calls a function; again on every change
  tenon contract diff old.wit new.wit        what changed, and the version bump it needs`,
  );
  configure(program, output);
  return program;
}

/**
 * `--inspect=ADDRESS` becomes an option of its own: commander would take the word after a bare `--inspect` for the
 * address, and that word is the function to call.
 */
export function separateInspectAddress(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words.map((word, index) =>
    end === -1 || index < end ? word.replace(/^--inspect=/s, "--inspect-address=") : word,
  );
}

function configure(command: Command, output: Output): void {
  const { bold } = makeColours(true);
  command
    .exitOverride()
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    .configureHelp({
      showGlobalOptions: true,
      sortSubcommands: false,
      styleTitle: bold,
      subcommandTerm: (item) => [item.name(), item.usage().replace(/^\[options\] ?/, "")].join(" ").trim(),
    })
    .configureOutput({
      writeOut: (text) => process.stdout.write(text),
      // Complaints are reported by main.ts, with a code and a cure.
      writeErr: () => {},
      getOutHasColors: () => output.colours.isColorSupported,
      getErrHasColors: () => output.noteColours.isColorSupported,
    });
  for (const child of command.commands) configure(child, output);
}
