import { spawn } from "node:child_process";
import { errors } from "../../errors/index.js";

// From a polite request to end until the kill, in milliseconds. The go command removes its work folder in between.
const grace = 2000;
const mostOutput = 256 * 1024 * 1024;
const mostComplaint = 1024 * 1024;

/** A command to run to its end. */
export interface CommandRequest {
  readonly file: string;
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  /** The first MiB of it. */
  readonly stderr: string;
}

/**
 * Runs a command in a process group of its own; when the signal aborts, or too much is written, the whole group is
 * ended. Resolves whatever the exit code.
 *
 * @throws TENON_GO_BUILD_STOPPED when aborted, TENON_GO_BUILD_FAILED when the system cannot start the command.
 */
export async function runCommand(request: CommandRequest): Promise<CommandResult> {
  const { file, words, folder, environment, signal } = request;
  if (signal.aborted) throw stopped(request);
  const child = spawn(file, [...words], {
    cwd: folder,
    env: { ...environment },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout = new Collected(mostOutput);
  const stderr = new Collected(mostComplaint);
  const kill = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group has ended by itself.
    }
  };
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    kill("SIGINT");
    killing ??= setTimeout(() => kill("SIGKILL"), grace);
  };
  child.stdout.on("data", (part: Buffer) => {
    if (!stdout.add(part)) stop();
  });
  child.stderr.on("data", (part: Buffer) => void stderr.add(part));
  signal.addEventListener("abort", stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (signal.aborted) throw stopped(request);
    if (stdout.isFull)
      throw errors.TENON_GO_BUILD_FAILED({
        message: `${shown(request)} wrote more than ${mostOutput} bytes`,
        subject: file,
      });
    return { code, stdout: stdout.text, stderr: stderr.text };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw errors.TENON_GO_BUILD_FAILED({
      message: `${file} cannot be started: ${(cause as Error).message}`,
      subject: file,
      cause,
      fix: { text: `Make sure that ${file} and the folder ${folder} exist, and that the file may be executed.` },
    });
  } finally {
    signal.removeEventListener("abort", stop);
    clearTimeout(killing);
    // What the command left running in its group goes with it.
    kill("SIGKILL");
  }
}

class Collected {
  readonly #parts: Buffer[] = [];
  readonly #limit: number;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether there was room for all of it. */
  add(part: Buffer): boolean {
    const room = Math.max(0, this.#limit - this.#size);
    this.#size += part.length;
    if (room > 0) this.#parts.push(part.subarray(0, room));
    return !this.isFull;
  }

  get isFull(): boolean {
    return this.#size > this.#limit;
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString("utf8");
  }
}

function stopped(request: CommandRequest) {
  const reason: unknown = request.signal.reason;
  const isTime = reason instanceof DOMException && reason.name === "TimeoutError";
  return errors.TENON_GO_BUILD_STOPPED({
    message: `${shown(request)} was stopped: ${isTime ? "it took longer than it may" : "the build was cancelled"}`,
    subject: request.folder,
    cause: reason,
  });
}

function shown({ file, words }: CommandRequest): string {
  return [file.split("/").at(-1), words[0]].join(" ");
}
