import { errors, type Fix, isTenonError, type TenonError } from "../errors/index.js";
import { exitCodes } from "./exit-codes.js";

/** An error on its way out of a command, and how the program is to end. */
export class CommandFailure {
  readonly error: TenonError;
  readonly exitCode: number;
  /** Whether it already stands on the output: a stream that broke ends its own document. */
  readonly isReported: boolean;

  constructor(error: TenonError, exitCode: number, isReported = false) {
    this.error = error;
    this.exitCode = exitCode;
    this.isReported = isReported;
  }
}

/** A mistake in the command line. */
export function usageError(message: string, fix?: string | Fix, cause?: unknown): CommandFailure {
  const told: Fix | undefined = typeof fix === "string" ? { text: fix } : fix;
  return new CommandFailure(
    errors.TENON_USAGE({ message, ...(told === undefined ? {} : { fix: told }), cause }),
    exitCodes.usage,
  );
}

/** What was thrown, as an error with a code and the exit code that follows from it. */
export function failureOf(thrown: unknown): CommandFailure {
  if (thrown instanceof CommandFailure) return thrown;
  if (isTenonError(thrown))
    return new CommandFailure(thrown, wrongInput.has(thrown.code) ? exitCodes.usage : exitCodes.breaks);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CommandFailure(errors.TENON_INTERNAL({ message, cause: thrown }), exitCodes.breaks);
}

/** Codes that blame what the command line gave, not the plugin. */
const wrongInput: ReadonlySet<string> = new Set([
  "TENON_USAGE",
  "TENON_OPTION_INVALID",
  "TENON_SETTINGS_INVALID",
  "TENON_FOLDER_OCCUPIED",
  "TENON_FILE_WRITE",
]);
