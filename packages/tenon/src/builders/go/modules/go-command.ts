import { type CommandResult, runCommand } from "../run-command.js";
import type { Toolchain } from "../toolchain/find-toolchain.js";

/** The go command of one installation, in one folder, with one set of variables. */
export class GoCommand {
  readonly toolchain: Toolchain;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal;

  constructor(about: {
    toolchain: Toolchain;
    folder: string;
    environment: Readonly<Record<string, string>>;
    signal: AbortSignal;
  }) {
    this.toolchain = about.toolchain;
    this.folder = about.folder;
    this.environment = about.environment;
    this.#signal = about.signal;
  }

  run(...words: string[]): Promise<CommandResult> {
    return runCommand({
      file: this.toolchain.go,
      words,
      folder: this.folder,
      environment: this.environment,
      signal: this.#signal,
    });
  }
}
