import type { Command, Option } from "commander";

/** What completion scripts need to know about a command. */
export interface CompletionCommand {
  /** The words before its arguments: `contract convert`; empty for the program itself. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly children: readonly CompletionCommand[];
  readonly options: readonly CompletionOption[];
  /** The values of its first argument, if they are a fixed list. */
  readonly words: readonly string[];
}

export interface CompletionOption {
  /** `--place`, `-o`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Whether the option takes a value. */
  readonly takesValue: boolean;
  /** The allowed values, if they are a fixed list. */
  readonly values: readonly string[];
  readonly takesFile: boolean;
}

/** Describes the whole program from its commander objects, so that scripts are always complete. */
export function describeCommands(
  program: Command,
  path = "",
  globals: readonly CompletionOption[] = [],
): CompletionCommand {
  const own = program.options.filter(({ hidden }) => !hidden).map(describeOption);
  const help: CompletionOption = {
    names: ["--help"],
    description: "show help",
    takesValue: false,
    values: [],
    takesFile: false,
  };
  const shared = path === "" ? [...own.filter(({ names }) => !names.includes("--version")), help] : globals;
  return {
    path,
    name: program.name(),
    description: program.description(),
    children: program.commands.map((child) => describeCommands(child, `${path} ${child.name()}`.trim(), shared)),
    options: path === "" ? [...own, help] : [...own, ...shared],
    words: program.registeredArguments[0]?.argChoices ?? [],
  };
}

/** Returns the command and all of its subcommands. */
export function allCommands(command: CompletionCommand): CompletionCommand[] {
  return [command, ...command.children.flatMap(allCommands)];
}

function describeOption(option: Option): CompletionOption {
  return {
    names: [option.long, option.short].filter((name) => name !== undefined && name !== null),
    description: option.description,
    takesValue: option.required || option.optional,
    values: option.argChoices ?? [],
    takesFile: /<(?:FILE|DIR|JSON)>/.test(option.flags),
  };
}
