import { type Command, Option } from "commander";
import { Output } from "../output/output.js";
import type { Terminal } from "../output/terminal.js";
import { configurationOption } from "./configuration-option.js";

/** Adds the options that every command has. */
export function addGlobalOptions(program: Command): Command {
  return program
    .addOption(configurationOption())
    .option("--json", "print one JSON document to stdout, also for errors")
    .option("--quiet", "do not show progress")
    .option("--verbose", "show stack traces and causes of errors (also: DEBUG=1)")
    .addOption(new Option("--color", "colour the output even if it is not a terminal"))
    .option("--no-color", "do not colour the output (also: NO_COLOR=1)");
}

/** Creates the output before the command line is parsed: finds the global options by name, for errors while parsing. */
export function outputOfArguments(words: readonly string[], terminal: Terminal): Output {
  const end = words.indexOf("--");
  const before = end === -1 ? words : words.slice(0, end);
  const color = before.includes("--no-color") ? false : before.includes("--color") ? true : undefined;
  return new Output(terminal, {
    json: before.includes("--json"),
    quiet: before.includes("--quiet"),
    verbose: before.includes("--verbose"),
    ...(color === undefined ? {} : { color }),
  });
}
