import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { goCommandNotStarted, goCommandStopped, goOutputTooLarge } from "../../errors/factories/go-build.js";
import { endWithProcess } from "../../runtime/end-with-process.js";

// Milliseconds between the interrupt and the kill. The go command uses them to remove its work folder.
const grace = 2000;
const mostOutput = 256 * 1024 * 1024;
const mostErrorOutput = 1024 * 1024;

/** A command to run. */
export interface CommandRequest {
  readonly file: string;
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called with each line that the command prints to its standard error. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  /** Its first MiB. */
  readonly stderr: string;
}

/**
 * Runs a command in its own process group. If the signal aborts, or the command writes too much, the whole group is killed.
 * Resolves with any exit code.
 *
 * @throws TENON_GO_BUILD_STOPPED when aborted, TENON_GO_BUILD_FAILED when the system cannot start the command.
 */
export async function runCommand(request: CommandRequest): Promise<CommandResult> {
  const { file, words, folder, environment, signal, onLine } = request;
  if (signal.aborted) throw stopped(request);
  const child = spawn(file, [...words], {
    cwd: folder,
    env: { ...environment },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout = new Collected(mostOutput);
  const stderr = new Collected(mostErrorOutput);
  const kill = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group has already exited.
    }
  };
  endWithProcess(child, () => kill("SIGKILL"));
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    kill("SIGINT");
    killing ??= setTimeout(() => kill("SIGKILL"), grace);
  };
  child.stdout.on("data", (part: Buffer) => {
    if (!stdout.add(part)) stop();
  });
  child.stderr.on("data", (part: Buffer) => void stderr.add(part));
  if (onLine !== undefined) createInterface({ input: child.stderr }).on("line", onLine);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (signal.aborted) throw stopped(request);
    if (stdout.isFull) throw goOutputTooLarge(shown(request), file, mostOutput);
    return { code, stdout: stdout.text, stderr: stderr.text };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw goCommandNotStarted(file, folder, cause as Error);
  } finally {
    signal.removeEventListener("abort", stop);
    clearTimeout(killing);
    // Kills what the command left running in its group.
    kill("SIGKILL");
  }
}

/** The first bytes of an output. */
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
  const isDeadline = reason instanceof DOMException && reason.name === "TimeoutError";
  return goCommandStopped(shown(request), request.folder, isDeadline, reason);
}

function shown({ file, words }: CommandRequest): string {
  return [file.split("/").at(-1), words[0]].join(" ");
}
