import { type Command, Option } from "commander";
import { Output } from "./output.js";

/** Options of every command. */
export function addGlobalOptions(program: Command): Command {
  return program
    .option("--json", "print one JSON document on stdout, errors as well")
    .option("--verbose", "show stacks and causes of errors (also: DEBUG=1)")
    .addOption(new Option("--color", "colour the output even where it goes to a file"))
    .option("--no-color", "do not colour the output (also: NO_COLOR=1)");
}

interface GlobalOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/** The output as the global options ask for it. */
export function outputOf(command: Command): Output {
  const { json, verbose, color } = command.optsWithGlobals<GlobalOptions>();
  return makeOutput({ json, verbose, color });
}

/** The same where the command line could not be read: what it says in plain sight counts. */
export function outputOfArguments(words: readonly string[]): Output {
  const end = words.indexOf("--");
  const before = end === -1 ? words : words.slice(0, end);
  const color = before.includes("--no-color") ? false : before.includes("--color") ? true : undefined;
  return makeOutput({ json: before.includes("--json"), verbose: before.includes("--verbose"), color });
}

function makeOutput({ json = false, verbose = false, color }: GlobalOptions): Output {
  const debug = process.env.DEBUG ?? "";
  return new Output({ json, verbose: verbose || (debug !== "" && debug !== "0"), color });
}
