import type { Command, CommanderError } from "commander";
import { didYouMean } from "../runtime/nearest.js";
import { type CommandFailure, usageError } from "./command-failure.js";

/** Commander's complaint about the command line, in our words. */
export function misunderstood(error: CommanderError, program: Command, words: readonly string[]): CommandFailure {
  const help = `${commandPath(program, words)} --help`;
  if (error.code === "commander.help") {
    return usageError("a command is missing", { text: "Name a command; this lists them.", command: help });
  }
  const [message = "", ...hints] = error.message.replace(/^error: /, "").split("\n");
  const hint = hints.join(" ").replace(/^\((.*)\)$/, "$1");
  const said = reworded(message) + (hint === "" ? "" : `: ${hint.charAt(0).toLowerCase()}${hint.slice(1)}`);
  return usageError(said, { text: "See the command's help.", command: help });
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

/** A word that is none of a list's is told with the nearest that is. */
function reworded(message: string): string {
  const argument = /^command-argument value '(?<given>.*)' is invalid for argument '(?<what>.*)'\. (?<rest>.*)$/s.exec(
    message,
  );
  const option = /^option '(?:-\w, )?(?<what>--[\w-]+).*?' argument '(?<given>.*)' is invalid\. (?<rest>.*)$/s.exec(
    message,
  );
  const { given = "", what: full = "", rest = "" } = (argument ?? option)?.groups ?? {};
  if (full === "") return message;
  const what = full.replace("--inspect-address", "--inspect");
  const choices = /^Allowed choices are (.*)\.$/.exec(rest)?.[1];
  if (choices === undefined)
    return `${what}: "${given}" cannot be used: ${rest.charAt(0).toLowerCase()}${rest.slice(1)}`;
  return `${what}: "${given}" is not offered${didYouMean(given, choices.split(", "))}; there are ${choices}`;
}
