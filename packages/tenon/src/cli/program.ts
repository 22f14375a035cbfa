import { Command } from "commander";
import { commandTaken } from "../errors/factories/command.js";
import type { Configuration } from "../presets/configuration.js";
import { contributions as ownContributions } from "../presets/contributions.js";
import { makeColours } from "../terminal/colour.js";
import { buildCommand } from "./commands/build.js";
import { checkCommand } from "./commands/check.js";
import { completionCommand } from "./commands/completion.js";
import { consentCommand } from "./commands/consent.js";
import { contractCommand } from "./commands/contract.js";
import { inspectCommand } from "./commands/inspect.js";
import { listCommand } from "./commands/list.js";
import { newCommand } from "./commands/new.js";
import { runCommand } from "./commands/run.js";
import { storageCommand } from "./commands/storage.js";
import { contributedCommand } from "./contributed/contributed-command.js";
import { expectReader } from "./options/configuration-option.js";
import { addGlobalOptions } from "./options/global-options.js";
import type { Output, OutputOptions } from "./output/output.js";
import { ownVersion } from "./output/own-version.js";
import type { CommandLine } from "./plugins/command-line.js";

/**
 * Creates the whole command line: commands, options and help.
 *
 * @param configuration what the user adds to it
 * @param configFile the config file with plugins that the user names
 */
export function createProgram(output: Output, configuration: Configuration = {}, configFile?: string): Command {
  const { contributions = [], ...hostOptions } = configuration;
  const line: CommandLine = { output, contributions: [...contributions, ...ownContributions], hostOptions, configFile };
  const program = addGlobalOptions(
    new Command("tenon")
      .description("Check, open and swap plugins behind a typed contract.")
      .version(ownVersion(), "--version", "print the version"),
  );
  for (const create of [newCommand, checkCommand, buildCommand, inspectCommand, runCommand, listCommand])
    program.addCommand(create(line));
  program.addCommand(consentCommand(output));
  program.addCommand(storageCommand(output));
  program.addCommand(contractCommand(line));
  for (const { name, commands = [] } of line.contributions) {
    for (const described of commands) {
      if (program.commands.some((command) => command.name() === described.name))
        throw commandTaken(name, described.name);
      program.addCommand(contributedCommand(described, line));
    }
  }
  program.addCommand(completionCommand(program, output));
  program.hook("preAction", (_program, command) => {
    output.configure(command.optsWithGlobals<OutputOptions>());
    const words = command.parent === program ? [] : [command.parent?.name()];
    expectReader([...words, command.name()].join(" "), configFile);
  });
  program.addHelpText(
    "after",
    `
Exit codes:
  0  the plugin fits, or the command is done
  1  the plugin does not fit, or it failed
  2  the command line is not valid, or a file that it names is missing or cannot be read
  3  not known: there is nothing to check the plugin against

Examples:
  tenon new plugin hello                     create a plugin
  tenon check hello --contract host.wit      check whether it fits, without running it
  tenon run hello greet Ada --watch          call a function, again after every change
  tenon contract diff old.wit new.wit        show what changed, and the version bump it needs`,
  );
  configure(program, output);
  return program;
}

/**
 * Turns `--inspect=ADDRESS` into a separate option: commander would take the word after a bare `--inspect` as the address,
 * and that word is the function to call.
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
      subcommandTerm: (item) =>
        [
          item.name(),
          item
            .usage()
            .split("\n")[0]
            ?.replace(/^\[options\] ?/, ""),
        ]
          .join(" ")
          .trim(),
    })
    .configureOutput({
      writeOut: (text) => void output.write(text),
      // run-program.ts reports errors, with a code and a fix.
      writeErr: () => {},
      getOutHasColors: () => output.colours.isColorSupported,
      getErrHasColors: () => output.noteColours.isColorSupported,
    });
  for (const child of command.commands) configure(child, output);
}
