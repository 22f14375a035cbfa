import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { processStartFailed } from "../errors/factories/place.js";
import type { ResourceLimits } from "../runtime/index.js";
import { OutputBudget, OutputLines } from "../runtime/output-lines.js";
import type { Exceeded, Program, ProgramExit, ProgramOptions } from "../runtime/program.js";
import { findProgram } from "./find-program.js";
import { withoutLeaks } from "./leaked-descriptors.js";
import { killMarked, type Mark } from "./mark.js";
import { descendants, readNow } from "./processes.js";
import { startCommand, wholeSeconds } from "./start-command.js";
import { within } from "./within.js";

// How long to keep reading after the exit if nothing arrives: only a program that left the process group can hold the pipes open.
const quietMilliseconds = 250;
// What such a program keeps writing is not the plugin's.
const mostDrains = 40;

/** What a program is started with. */
export interface RunningOptions extends ProgramOptions {
  /** What further descriptors contain, after its own: for a sandbox, which reads and closes them. */
  readonly contents?: readonly Uint8Array[];
}

/** A program in its own session and process group. */
export class RunningProgram implements Program {
  readonly id: number;
  readonly stdin: Socket | undefined;
  readonly stdout: Socket | undefined;
  readonly stderr: Socket | undefined;
  readonly sockets: readonly Socket[];
  readonly exited: Promise<ProgramExit>;
  readonly #child: ChildProcess;
  readonly #sandboxed: boolean;
  #killed = false;
  readonly #outOfMemory = outOfMemoryKills();
  #exceeded: Exceeded | undefined;
  #exited = false;

  /**
   * Starts a program.
   *
   * @param mark what everything that it starts carries. `undefined` where the system has no such thing.
   * @param release ends what it needed, once it has exited. Never rejects.
   * @throws TENON_PLACE_START if the system cannot start it.
   */
  static async start(
    options: RunningOptions,
    mark: Mark | undefined,
    release?: () => Promise<void> | undefined,
  ): Promise<RunningProgram> {
    const { folder, environment, resources } = options;
    const command = findProgram(options.command, folder, environment);
    const starting = startCommand({ command, arguments: options.arguments }, environment, resources, mark);
    const own: ("pipe" | "ignore")[] = [options.input === true ? "pipe" : "ignore", "pipe", "pipe"];
    const sockets = options.sockets ?? 0;
    const contents = options.contents ?? [];
    for (let count = 0; count < sockets + contents.length; count++) own.push("pipe");
    let child: ChildProcess;
    try {
      const start = (stdio: StdioOptions) =>
        spawn(starting.command, starting.arguments, {
          cwd: folder,
          detached: true,
          env: { ...options.environment },
          stdio,
          windowsHide: true,
        });
      child = options.sandbox === undefined ? start(own) : withoutLeaks(own, start);
    } catch (error) {
      throw processStartFailed(command, folder, error);
    }
    if (child.pid === undefined) {
      const reason = await new Promise<unknown>((resolve) => child.once("error", resolve));
      throw processStartFailed(command, folder, reason);
    }
    for (const [index, content] of contents.entries()) writeAll(child.stdio[3 + sockets + index] as Socket, content);
    return new RunningProgram(child, child.pid, mark, options, release);
  }

  private constructor(
    child: ChildProcess,
    id: number,
    mark: Mark | undefined,
    options: RunningOptions,
    release?: () => Promise<void> | undefined,
  ) {
    this.#child = child;
    this.#sandboxed = options.sandbox !== undefined;
    this.id = id;
    const [stdin, stdout, stderr, ...sockets] = child.stdio as readonly (Socket | null)[];
    this.sockets = sockets.slice(0, options.sockets ?? 0).filter((socket) => socket !== null);
    this.stdin = stdin ?? undefined;
    // What is written to a program that has exited is lost with it; the exit is what counts. The same goes for a kill that fails.
    this.stdin?.on("error", ignore);
    child.on("error", ignore);
    const log = (pipe: Socket, name: "stdout" | "stderr") =>
      readLines(pipe, new OutputLines(name, options.log, new OutputBudget()));
    this.stdout = options.output === "protocol" ? (stdout as Socket) : undefined;
    this.stderr = options.errorOutput === "protocol" ? (stderr as Socket) : undefined;
    const errors = this.stderr === undefined ? log(stderr as Socket, "stderr") : undefined;
    const logged = [
      ...(errors === undefined ? [] : [errors]),
      ...(this.stdout === undefined ? [log(stdout as Socket, "stdout")] : []),
    ];
    const others = [this.stdout, this.stderr, ...this.sockets]
      .filter((pipe) => pipe !== undefined)
      .map((pipe) => readByOthers(pipe));
    this.exited = new Promise((resolve) => {
      child.once("exit", async (exitCode, exitSignal) => {
        const { code, signal } = endOf(exitCode, exitSignal, this.#sandboxed);
        const killed = this.#killed;
        const exceeded = this.#exceeded ?? beyondTime(signal, options.resources);
        const systemOutOfMemory = signal === "SIGKILL" && outOfMemoryKills() > this.#outOfMemory;
        this.kill();
        this.#exited = true;
        if (mark !== undefined) await killMarked(mark, id);
        await release?.();
        // The last answers as well: the exit may be known before they are read.
        await drained([...logged, ...others]);
        for (const { lines, pipe } of logged) {
          lines.end();
          pipe.destroy();
        }
        resolve({ code, signal, killed, exceeded, systemOutOfMemory, tail: errors?.lines.tail ?? "" });
      });
    });
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    if (this.#exited) return;
    if (signal === "SIGKILL") this.#killed = true;
    if (process.platform === "win32") {
      this.#child.kill(signal);
      return;
    }
    // A sandbox ends with the process that made it, so that other signals are for those in it.
    if (!this.#sandboxed || signal === "SIGKILL") sendSignal(-this.id, signal);
    else for (const id of processesInside(this.id)) sendSignal(id, signal);
  }

  /** Kills it because it uses more than it may. */
  killForExcess(exceeded: Exceeded): void {
    this.#exceeded ??= exceeded;
    this.kill();
  }

  hold(held: boolean): void {
    const counted = [this.#child, this.stdin, this.stdout, this.stderr, ...this.sockets];
    for (const each of counted) {
      if (held) each?.ref();
      else each?.unref();
    }
  }
}

/** The system itself stops a process that is over its time, if the host has not looked. */
function beyondTime(signal: NodeJS.Signals | null, resources: ResourceLimits | undefined): Exceeded | undefined {
  const cpu = resources?.cpu ?? 0;
  return cpu > 0 && signal === "SIGXCPU" ? { limit: "cpu", used: wholeSeconds(cpu) * 1000 } : undefined;
}

/** How many processes the system has killed for lack of memory since it started. */
function outOfMemoryKills(): number {
  return Number(/^oom_kill (\d+)/m.exec(readNow("/proc/vmstat"))?.[1] ?? 0);
}

/** The processes in a sandbox. bubblewrap starts the first process in it, which starts the program. */
function processesInside(id: number): readonly number[] {
  const [, , ...inside] = descendants(id);
  return inside;
}

function sendSignal(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal);
  } catch {
    // ESRCH: it has ended, or no process is left in the group.
  }
}

/** bubblewrap exits with 128 and the number of the signal that ended the program. */
function endOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  sandboxed: boolean,
): Pick<ProgramExit, "code" | "signal"> {
  if (!sandboxed || code === null || code <= 128) return { code, signal };
  const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return name === undefined ? { code, signal } : { code: null, signal: name as NodeJS.Signals };
}

function writeAll(pipe: Socket, content: Uint8Array): void {
  // A sandbox that failed to start reads nothing; its exit is what counts.
  pipe.on("error", ignore);
  pipe.end(content);
  pipe.unref();
  pipe.resume();
}

interface Reading {
  readonly pipe: Socket;
  readonly ended: Promise<void>;
}

interface Logged extends Reading {
  readonly lines: OutputLines;
}

/** Waits until everything was read: all pipes have ended, or nothing more arrives. */
async function drained(readings: readonly Reading[]): Promise<void> {
  const ended = Promise.all(readings.map((reading) => reading.ended));
  const read = () => readings.reduce((sum, { pipe }) => sum + pipe.bytesRead, 0);
  for (let drains = 0; drains < mostDrains; drains++) {
    const before = read();
    if (await within(quietMilliseconds, ended)) return;
    // A host that was busy has not read yet what is there.
    await new Promise((resolve) => setImmediate(resolve));
    if (read() === before) break;
  }
}

function readLines(pipe: Socket, lines: OutputLines): Logged {
  pipe.unref();
  pipe.on("data", (chunk: Buffer) => lines.push(chunk));
  pipe.on("error", ignore);
  pipe.once("close", () => lines.end());
  return { pipe, lines, ended: closeOf(pipe) };
}

function readByOthers(pipe: Socket): Reading {
  // A runtime that listens to none must not end the host.
  pipe.on("error", ignore);
  return { pipe, ended: closeOf(pipe) };
}

function closeOf(pipe: Socket): Promise<void> {
  return new Promise((resolve) => pipe.once("close", () => resolve()));
}

function ignore(): void {}
