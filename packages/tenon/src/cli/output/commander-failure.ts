import type { Command, CommanderError } from "commander";
import { choiceUnknown, commandLineInvalid, commandMissing, valueInvalid } from "../../errors/factories/command.js";
import type { TenonError } from "../../errors/index.js";
import { didYouMean } from "../../runtime/nearest.js";
import { CommandFailure } from "../../terminal/command-failure.js";
import { exitCodes } from "../../terminal/exit-codes.js";

/** Returns commander's error as one of Tenon's. */
export function commanderFailure(error: CommanderError, program: Command, words: readonly string[]): CommandFailure {
  return new CommandFailure(usageError(error, `${commandPath(program, words)} --help`), exitCodes.usage);
}

function usageError(error: CommanderError, help: string): TenonError {
  if (error.code === "commander.help") return commandMissing(help);
  const [message = "", ...hints] = error.message.replace(/^error: /, "").split("\n");
  const { noun, name, given, rest } = invalidValue(message) ?? {};
  if (noun === undefined || name === undefined || given === undefined || rest === undefined) {
    const hint = hints.join(" ").replace(/^\((.*)\)$/, "$1");
    return commandLineInvalid(message + (hint === "" ? "" : `: ${hint.charAt(0).toLowerCase()}${hint.slice(1)}`), help);
  }
  const choices = /^Allowed choices are (.*)\.$/.exec(rest)?.[1]?.split(", ");
  if (choices === undefined) return valueInvalid(name, given, rest, help);
  return choiceUnknown(noun.toLowerCase(), given, choices, didYouMean(given, choices), help);
}

/** The command that the words lead to, as `tenon contract diff`. */
function commandPath(program: Command, words: readonly string[]): string {
  const path = [program];
  for (const word of words) {
    const child = path.at(-1)?.commands.find((command) => command.name() === word);
    if (child !== undefined) path.push(child);
    else if (!word.startsWith("-")) break;
  }
  return path.map((command) => command.name()).join(" ");
}

/** Takes apart commander's message about a value that is not allowed. */
function invalidValue(message: string): { [part: string]: string } | undefined {
  const argument = /^command-argument value '(?<given>.*)' is invalid for argument '(?<name>.*)'\. (?<rest>.*)$/s;
  const option =
    /^option '(?:-\w, )?(?<name>--[\w-]+)(?: <(?<noun>[^>]*)>)?.*?' argument '(?<given>.*)' is invalid\. (?<rest>.*)$/s;
  const parts = (argument.exec(message) ?? option.exec(message))?.groups;
  if (parts?.name === undefined) return undefined;
  const name = parts.name.replace("--inspect-address", "--inspect");
  return { ...parts, name, noun: parts.noun ?? name };
}
