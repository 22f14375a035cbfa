import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { commandStopped } from "../errors/factories/artifact.js";
import { isTenonError } from "../errors/index.js";
import { endWithProcess } from "./end-with-process.js";

/** How many characters of a command's output are kept. */
const mostKept = 64 * 1024;

export interface CommandOptions {
  /** The folder to run it in. */
  readonly folder: string;
  /** Default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of its output, which is then not kept. */
  readonly output?: ((line: string) => void) | undefined;
  /** Called with each line of its standard error. */
  readonly errorOutput?: ((line: string) => void) | undefined;
}

export interface CommandResult {
  /** The exit code; `undefined` if the command could not be started or was killed by a signal. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command until it exits. If the signal is aborted, kills the command and everything that it started.
 *
 * @throws the signal's reason if it is a coded error, otherwise TENON_LOAD_DEADLINE
 */
export function runCommand(command: string, words: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { folder, environment, signal, output, errorOutput } = options;
  if (signal?.aborted) return Promise.reject(stopped(signal, command));
  return new Promise((resolve, reject) => {
    // Its own process group: a build tool that is killed leaves the processes that it started running.
    const isGroup = process.platform !== "win32";
    const child = spawn(command, words, {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: isGroup,
    });
    const kept = { stdout: "", stderr: "" };
    const keep = (stream: "stdout" | "stderr") => (line: string) => {
      kept[stream] = `${kept[stream]}${line}\n`.slice(-mostKept);
    };
    createInterface({ input: child.stdout }).on("line", output ?? keep("stdout"));
    createInterface({ input: child.stderr })
      .on("line", keep("stderr"))
      .on("line", errorOutput ?? (() => {}));
    const end = () => {
      try {
        if (isGroup && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        else child.kill("SIGKILL");
      } catch {
        // It has exited in the meantime.
      }
    };
    signal?.addEventListener("abort", end, { once: true });
    endWithProcess(child, end);
    const finish = (code: number | undefined) => {
      signal?.removeEventListener("abort", end);
      if (signal?.aborted) reject(stopped(signal, command));
      else resolve({ code, ...kept });
    };
    child.once("error", () => finish(undefined));
    child.once("close", (code) => finish(code ?? undefined));
  });
}

function stopped({ reason }: AbortSignal, command: string) {
  if (isTenonError(reason)) return reason;
  return commandStopped(command, reason);
}
