import type { Toolchain } from "../toolchain/find-toolchain.js";
import { type CommandResult, runCommand } from "../toolchain/run-command.js";

/** The go command of one installation, in one folder, with one set of environment variables. */
export class GoCommand {
  readonly toolchain: Toolchain;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal;
  readonly #onLine: ((line: string) => void) | undefined;

  constructor(about: {
    toolchain: Toolchain;
    folder: string;
    environment: Readonly<Record<string, string>>;
    signal: AbortSignal;
    /** Called with each line that the command prints to its standard error. */
    onLine?: ((line: string) => void) | undefined;
  }) {
    this.toolchain = about.toolchain;
    this.folder = about.folder;
    this.environment = about.environment;
    this.#signal = about.signal;
    this.#onLine = about.onLine;
  }

  run(...words: string[]): Promise<CommandResult> {
    return this.runWith({}, ...words);
  }

  /** @param onLine replaces the one that the constructor got. */
  runWith({ onLine = this.#onLine }: { onLine?: (line: string) => void }, ...words: string[]): Promise<CommandResult> {
    return runCommand({
      file: this.toolchain.go,
      words,
      folder: this.folder,
      environment: this.environment,
      signal: this.#signal,
      onLine,
    });
  }
}
