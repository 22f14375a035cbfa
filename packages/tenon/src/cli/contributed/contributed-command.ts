import { Argument, Command, Option } from "commander";
import type { CommandContext, ContributedCommand, OpeningOption } from "../../contributions/index.js";
import { contributedOption } from "../options/contributed-option.js";
import { addGrantOptions, askOption, typedCommand } from "../options/grant-options.js";
import { milliseconds, placeOption, settingsOption } from "../options/option-values.js";
import { addRuntimeOptions } from "../options/runtime-options.js";
import type { CommandLine } from "../plugins/command-line.js";
import { withContext } from "./command-context.js";

/** Makes a command of the description that a contribution gives. */
export function contributedCommand(described: ContributedCommand, line: CommandLine): Command {
  const command = new Command(described.name).description(described.description);
  for (const { name, description } of described.arguments ?? []) command.addArgument(new Argument(name, description));
  for (const option of described.options ?? []) {
    if ("opening" in option) addOpeningOption(command, option, line);
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

function addOpeningOption(
  command: Command,
  { opening, description }: OpeningOption,
  { contributions }: CommandLine,
): void {
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
      addRuntimeOptions(command, contributions);
  }
}
