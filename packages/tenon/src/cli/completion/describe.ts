import type { Command, Option } from "commander";

/** A command as completion scripts need it. */
export interface CompletionCommand {
  /** The words that lead to it: `contract convert`; nothing for the program itself. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly children: readonly CompletionCommand[];
  readonly options: readonly CompletionOption[];
  /** Words that may stand as its first argument, where there is such a list. */
  readonly words: readonly string[];
}

export interface CompletionOption {
  /** `--place`, `-o`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** The values that there are, where they can be listed. */
  readonly values: readonly string[];
  readonly takesFile: boolean;
}

/** The whole program for completion, as commander knows it, so that a script never lags behind. */
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

/** The command and all below it. */
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
