import type { Socket } from "node:net";
import { loadStopped } from "../errors/factories/host.js";
import type { CommandEnd } from "../errors/factories/module-build.js";
import { messageOf } from "../errors/thrown.js";
import { Launcher } from "../launch/index.js";
import type { Program, ProgramExit } from "../runtime/program.js";
import { CollectedOutput } from "./collected-output.js";

/** How many bytes a command may write to each stream. One that writes more is ended. */
const mostWritten = 256 * 2 ** 20;
/** How much of its standard error is kept. */
const mostErrorOutput = 2 ** 20;

export interface CommandOptions {
  /** The folder to run it in. */
  readonly folder: string;
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** What it reads from its standard input; empty by default. */
  readonly input?: string | Uint8Array | undefined;
  /** Called with each line of its output, which is then not kept. */
  readonly output?: ((line: string) => void) | undefined;
  /** Called with each line of its standard error. */
  readonly errorOutput?: ((line: string) => void) | undefined;
  /** How many bytes it may write to each stream. Default: 256 MiB. */
  readonly most?: number | undefined;
  /** Milliseconds between an interrupt, which lets it clean up, and its end by force. Default: 0. */
  readonly grace?: number | undefined;
}

export interface CommandResult {
  /** The exit code; `undefined` if it has none: see `end`. */
  readonly code: number | undefined;
  /** How it ended. */
  readonly end: CommandEnd;
  readonly stdout: string;
  /** Its first MiB. */
  readonly stderr: string;
}

export type { CommandEnd };

let launcher: Launcher | undefined;

/**
 * Runs a command until it exits, in its own process group. The whole group ends with it: when it exits, when the signal is
 * aborted, when it writes too much, and when this process ends, however that happens. Resolves with any exit code, and if the
 * command cannot be started.
 *
 * @param file a path, or a name on the PATH of its environment.
 * @throws the signal's reason if it is a coded error, otherwise TENON_LOAD_DEADLINE; what reading the lines throws
 */
export async function runCommand(
  file: string,
  words: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { folder, environment, signal, input, grace = 0, most = mostWritten } = options;
  if (signal?.aborted) throw stopped(signal, file);
  let program: Program;
  try {
    program = await (launcher ??= new Launcher()).start({
      ...{ command: file, arguments: words, folder, environment, memory: 0 },
      ...{ input: input !== undefined, output: "protocol", errorOutput: "protocol" },
      log() {},
    });
  } catch (thrown) {
    return { code: undefined, end: { kind: "unstarted", reason: messageOf(thrown) }, stdout: "", stderr: "" };
  }
  const stdout = new CollectedOutput(options.output === undefined ? most : 0, options.output);
  const stderr = new CollectedOutput(mostErrorOutput, options.errorOutput);
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    if (grace === 0) return program.kill();
    program.kill("SIGINT");
    killing ??= setTimeout(() => program.kill(), grace);
  };
  let failure: { readonly thrown: unknown } | undefined;
  const read = (pipe: Socket | undefined, into: CollectedOutput) =>
    pipe?.on("data", (part: Buffer) => {
      try {
        if (into.size <= most) into.add(part);
      } catch (thrown) {
        // What reads the lines has failed.
        failure ??= { thrown };
        program.kill();
      }
      if (into.size > most) program.kill();
    });
  read(program.stdout, stdout);
  read(program.stderr, stderr);
  if (input !== undefined) program.stdin?.end(input);
  signal?.addEventListener("abort", stop, { once: true });
  // It may have been aborted while the program was started.
  if (signal?.aborted) stop();
  try {
    const exit = await program.exited;
    release(program);
    if (signal?.aborted) throw stopped(signal, file);
    stdout.end();
    stderr.end();
    if (failure !== undefined) throw failure.thrown;
    const end = endOf(exit, stdout.size > most || stderr.size > most ? most : undefined);
    return { code: end.kind === "exit" ? end.code : undefined, end, stdout: stdout.text, stderr: stderr.text };
  } finally {
    signal?.removeEventListener("abort", stop);
    clearTimeout(killing);
  }
}

/** A process that has left the group may still hold the pipes. */
function release({ stdin, stdout, stderr }: Program): void {
  for (const pipe of [stdin, stdout, stderr]) pipe?.destroy();
}

function endOf({ code, signal }: ProgramExit, flood: number | undefined): CommandEnd {
  if (flood !== undefined) return { kind: "flood", most: flood };
  return code === null ? { kind: "signal", signal: signal ?? "SIGKILL" } : { kind: "exit", code };
}

function stopped({ reason }: AbortSignal, command: string) {
  return loadStopped(command, reason, "the command");
}
