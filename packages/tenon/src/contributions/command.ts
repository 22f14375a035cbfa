import type { CommandContext } from "./context.js";

/** A command that a contribution brings: `tenon serve`, `tenon go build`. */
export interface ContributedCommand {
  readonly name: string;
  readonly description: string;
  readonly arguments?: readonly CommandArgument[];
  readonly options?: readonly (CommandOption | OpeningOption)[];
  /** Shown after the help. Its examples come last. */
  readonly help: string;
  /** The commands below it. Such a command does nothing itself. */
  readonly commands?: readonly ContributedCommand[];
  /** @param given the arguments, in their order, and the options by their names in camelCase */
  run?(given: GivenWords, context: CommandContext): Promise<void>;
}

/** What a contributed command is called with. */
export interface GivenWords {
  readonly arguments: readonly any[];
  readonly options: Readonly<Record<string, any>>;
}

export interface CommandArgument {
  /** As in help: `<DIR>`, `[DIR...]`. */
  readonly name: string;
  readonly description: string;
}

/** An option that a contribution knows. */
export interface CommandOption {
  /** As in help: `-o, --out <FILE>`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: unknown;
  readonly required?: boolean;
  /** Whether it may be given more than once: the value is then a list. */
  readonly repeatable?: boolean;
  /** Converts the word. @throws an error that says what is expected */
  read?(text: string): unknown;
}

/** An option that the command line knows: how to open a plugin. `CommandContext.open` takes their values. */
export interface OpeningOption {
  readonly opening: "place" | "settings" | "deadline" | "grants" | "runtime";
  /** Instead of the usual one. */
  readonly description?: string;
}
