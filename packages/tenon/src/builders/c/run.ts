import { execFile } from "node:child_process";
import { errors, isTenonError } from "../../errors/index.js";

const mostOutput = 4 * 1024 * 1024;

export interface CommandResult {
  /** The exit code; `undefined` where the command could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What compilers are told of the environment: nothing that would change what they make. */
const passed = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME"];

/**
 * Runs a command to its end, in a folder.
 *
 * @throws what the signal was aborted with, as TENON_LOAD_DEADLINE where that is no coded error
 */
export function run(
  command: readonly string[],
  folder: string,
  signal: AbortSignal | undefined,
): Promise<CommandResult> {
  const [file = "", ...words] = command;
  const env: Record<string, string> = { LC_ALL: "C" };
  for (const name of passed) if (process.env[name] !== undefined) env[name] = process.env[name];
  return new Promise((resolve, reject) => {
    if (signal?.aborted) reject(stopped(signal, command));
    else
      execFile(file, words, { cwd: folder, env, signal, maxBuffer: mostOutput }, (error, stdout, stderr) => {
        if (signal?.aborted) reject(stopped(signal, command));
        else resolve({ code: exitCode(error), stdout, stderr });
      });
  });
}

function exitCode(error: unknown): number | undefined {
  if (error === null) return 0;
  const { code } = error as { code?: unknown };
  return typeof code === "number" ? code : undefined;
}

function stopped({ reason }: AbortSignal, [file = ""]: readonly string[]) {
  if (isTenonError(reason)) return reason;
  return errors.TENON_LOAD_DEADLINE({ message: `${file} was stopped before it ended`, subject: file, cause: reason });
}
