import { execFile } from "node:child_process";
import { isTenonError } from "../../errors/error.js";
import { commandStopped } from "../../errors/factories/artifact.js";
import { endWithProcess } from "../../runtime/end-with-process.js";

const mostOutput = 4 * 1024 * 1024;

export interface CommandResult {
  /** The exit code; `undefined` if the command could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment variables that compilers see: none that would change what they make. */
const passed = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME"];

/**
 * Runs a command in a folder until it exits.
 *
 * @throws the signal's reason, as TENON_LOAD_DEADLINE if that is not a coded error
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
    else {
      const options = { cwd: folder, env, signal, maxBuffer: mostOutput };
      const child = execFile(file, words, options, (error, stdout, stderr) => {
        if (signal?.aborted) reject(stopped(signal, command));
        else resolve({ code: exitCode(error), stdout, stderr });
      });
      endWithProcess(child, () => void child.kill("SIGKILL"));
    }
  });
}

function exitCode(error: unknown): number | undefined {
  if (error === null) return 0;
  const { code } = error as { code?: unknown };
  return typeof code === "number" ? code : undefined;
}

function stopped({ reason }: AbortSignal, [file = ""]: readonly string[]) {
  return isTenonError(reason) ? reason : commandStopped(file, reason);
}
