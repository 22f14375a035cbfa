import { unexpectedFailure } from "../errors/factories/command.js";
import { type Code, isTenonError, type TenonError } from "../errors/index.js";
import { exitCodes } from "./exit-codes.js";

/** An error that ends a command, and the exit code for it. */
export class CommandFailure {
  readonly error: TenonError;
  readonly exitCode: number;
  /** Whether the output already shows it: a stream that breaks closes its own document. */
  readonly isReported: boolean;

  constructor(error: TenonError, exitCode: number, isReported = false) {
    this.error = error;
    this.exitCode = exitCode;
    this.isReported = isReported;
  }
}

/** Returns what was thrown as an error with a code, and the exit code for it. */
export function failureOf(thrown: unknown): CommandFailure {
  if (thrown instanceof CommandFailure) return thrown;
  if (isTenonError(thrown)) return new CommandFailure(thrown, exitCodeOfError(thrown.code));
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CommandFailure(unexpectedFailure(message, thrown), exitCodes.breaks);
}

export function exitCodeOfError(code: Code): number {
  return isInputError(code) ? exitCodes.usage : exitCodes.breaks;
}

/** Whether a code blames the command line, or a file that it names, rather than the plugin. */
export function isInputError(code: Code): boolean {
  return inputErrors.has(code);
}

const inputErrors: ReadonlySet<Code> = new Set<Code>([
  "TENON_USAGE",
  "TENON_CONFIG_INVALID",
  "TENON_CONFIG_UNREADABLE",
  "TENON_OPTION_INVALID",
  "TENON_SETTINGS_INVALID",
  "TENON_CONSENT_MISSING",
  "TENON_CONSENT_UNSAFE",
  "TENON_CONSENT_INVALID",
  "TENON_GRANT_INVALID",
  "TENON_GRANT_UNENFORCED",
  "TENON_ARTIFACT_MISSING",
  "TENON_ARTIFACT_UNREADABLE",
  "TENON_FOLDER_OCCUPIED",
  "TENON_FILE_WRITE",
]);
