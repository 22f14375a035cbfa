import { Argument, Command, InvalidArgumentError, Option } from "commander";
import type { CommandContext, CommandOption, ContributedCommand, OpeningOption } from "../../contributions/index.js";
import { addGrantOptions, askOption, typedCommand } from "../options/grant-options.js";
import { milliseconds, placeOption, settingsOption } from "../options/option-values.js";
import { addProgramOptions } from "../options/runtime-options.js";
import type { CommandLine } from "../plugins/command-line.js";
import { withContext } from "./command-context.js";

/** Makes a command of the description that a contribution gives. */
export function contributedCommand(described: ContributedCommand, line: CommandLine): Command {
  const command = new Command(described.name).description(described.description);
  for (const { name, description } of described.arguments ?? []) command.addArgument(new Argument(name, description));
  for (const option of described.options ?? []) {
    if ("opening" in option) addOpeningOption(command, option);
    else command.addOption(contributedOption(option));
  }
  for (const child of described.commands ?? []) command.addCommand(contributedCommand(child, line));
  command.addHelpText("after", `\n${described.help}`);
  const { run } = described;
  if (run === undefined) return command;
  return command.action(async (...given: unknown[]) => {
    // Commander passes the arguments, then the options and the command.
    const [options, self] = given.slice(-2) as [Record<string, unknown>, Command];
    const work = (context: CommandContext) => run.call(described, { arguments: self.processedArgs, options }, context);
    await withContext(line, work, typedCommand(self));
  });
}

/** Makes an option of the description that a contribution gives. */
export function contributedOption({ flags, description, choices, required, read, ...rest }: CommandOption): Option {
  const option = new Option(flags, description);
  if (choices !== undefined) option.choices(choices);
  if (required === true) option.makeOptionMandatory();
  if (rest.default !== undefined) option.default(rest.default);
  if (read !== undefined)
    option.argParser((text) => {
      try {
        return read(text);
      } catch (thrown) {
        throw new InvalidArgumentError(thrown instanceof Error ? thrown.message : String(thrown));
      }
    });
  return option;
}

function addOpeningOption(command: Command, { opening, description }: OpeningOption): void {
  switch (opening) {
    case "place":
      command.addOption(placeOption(description ?? "where the plugin runs (default: worker)"));
      break;
    case "settings":
      command.addOption(settingsOption());
      break;
    case "deadline":
      command.addOption(
        new Option(
          "--deadline <MS>",
          description ?? "time limit of each call in milliseconds; 0 for none (default: 30000)",
        ).argParser(milliseconds),
      );
      break;
    case "grants":
      addGrantOptions(command).addOption(askOption());
      break;
    case "runtime":
      addProgramOptions(command);
  }
}
