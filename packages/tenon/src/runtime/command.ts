import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { errors, isTenonError } from "../errors/index.js";

/** How much of what a command says of itself is kept, in characters. */
const mostSaid = 64 * 1024;

export interface CommandOptions {
  /** Where it is run. */
  readonly folder: string;
  /** Default: that of this process. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told each line of its output, instead of keeping them. */
  readonly output?: ((line: string) => void) | undefined;
  /** Told each line of its standard error. */
  readonly said?: ((line: string) => void) | undefined;
}

export interface CommandResult {
  /** The exit code; `undefined` where the command could not be started or was ended by a signal. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end. When the signal is aborted, it is ended with all that it started.
 *
 * @throws what the signal was aborted with, as TENON_LOAD_DEADLINE where that is no coded error
 */
export function runCommand(command: string, words: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { folder, environment, signal, output, said } = options;
  if (signal?.aborted) return Promise.reject(stopped(signal, command));
  return new Promise((resolve, reject) => {
    // A group of its own: build tools leave what they started running when they are ended.
    const isGroup = process.platform !== "win32";
    const child = spawn(command, words, {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: isGroup,
    });
    const kept = { stdout: "", stderr: "" };
    const keep = (stream: "stdout" | "stderr") => (line: string) => {
      kept[stream] = `${kept[stream]}${line}\n`.slice(-mostSaid);
    };
    createInterface({ input: child.stdout }).on("line", output ?? keep("stdout"));
    createInterface({ input: child.stderr })
      .on("line", keep("stderr"))
      .on("line", said ?? (() => {}));
    const end = () => {
      try {
        if (isGroup && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        else child.kill("SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    };
    signal?.addEventListener("abort", end, { once: true });
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
  return errors.TENON_LOAD_DEADLINE({
    message: `${command} was stopped before it ended`,
    subject: command,
    cause: reason,
  });
}
