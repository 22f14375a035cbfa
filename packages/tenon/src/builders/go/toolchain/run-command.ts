import { runCommand as run } from "../../../build/index.js";
import { goCommandNotStarted, goCommandStopped, goOutputTooLarge } from "../../../errors/factories/go-build.js";

// Milliseconds between the interrupt and the kill. The go command uses them to remove its work folder.
const grace = 2000;

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
  /** `undefined` if it was killed or crashed. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** Its first MiB. */
  readonly stderr: string;
}

/**
 * Runs a command for a Go host's plugin. Resolves with any exit code.
 *
 * @throws TENON_GO_BUILD_STOPPED when aborted, TENON_GO_BUILD_FAILED when the system cannot start the command or it writes
 * too much.
 */
export async function runCommand(request: CommandRequest): Promise<CommandResult> {
  const { file, words, folder, environment, signal, onLine } = request;
  try {
    const { code, end, stdout, stderr } = await run(file, words, {
      ...{ folder, environment, signal, errorOutput: onLine, grace },
    });
    if (end.kind === "unstarted") throw goCommandNotStarted(file, folder, end.reason);
    if (end.kind === "flood") throw goOutputTooLarge(shown(request), file, end.most);
    return { code, stdout, stderr };
  } catch (thrown) {
    throw signal.aborted ? stopped(request) : thrown;
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
