import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { processStartFailed } from "../../errors/factories/place.js";
import type { LogLine } from "../../runtime/index.js";
import { OutputBudget, OutputLines } from "../../runtime/output-lines.js";
import { ownFile } from "../../runtime/own-package.js";
import { within } from "./within.js";

// How long to keep reading after the exit if nothing arrives: only a program that left the process group can hold the pipes open.
const quietMilliseconds = 250;
// What such a program keeps writing is not the plugin's.
const mostDrains = 40;

/** What a plugin's process is started with. */
export interface ProcessOptions {
  /** What debuggers and lists of processes show. */
  readonly title: string;
  /** The Node executable. */
  readonly nodePath: string;
  readonly execArgv: readonly string[];
  /** The folder that it runs in. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  log(line: LogLine): void;
}

/** How a process exited. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the host killed it. */
  readonly killed: boolean;
  /** How many bytes it occupied, if that is why it was killed. */
  readonly occupied?: number | undefined;
  /** The last of what it wrote to stderr. */
  readonly tail: string;
}

/**
 * A Node process that runs one plugin, in its own session and process group. Frames go over file descriptor 3; stdout and
 * stderr are read line by line.
 */
export class PluginProcess {
  readonly #child: ChildProcess;
  /** The other end of the plugin's file descriptor 3. */
  readonly socket: Socket;
  readonly id: number;
  /** Resolves when the process has exited, its group was killed, and its output was read. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  #killed = false;
  #occupied: number | undefined;
  #exited = false;

  /**
   * Starts the process.
   *
   * @throws TENON_PLACE_START if the system cannot start it; TENON_BUNDLED.
   */
  static async start(options: ProcessOptions): Promise<PluginProcess> {
    // Debuggers show the name of the main program. The plugin has none: its entry is loaded before, and stays there.
    const entry = `--import=${ownFile("places/process/entry.js").href}`;
    let child: ChildProcess;
    try {
      child = spawn(options.nodePath, [...options.execArgv, `--title=${options.title}`, entry, "--", options.title], {
        cwd: options.folder,
        detached: true,
        env: { ...options.environment },
        stdio: ["ignore", "pipe", "pipe", "pipe"],
        windowsHide: true,
      });
    } catch (error) {
      throw processStartFailed(options.nodePath, options.folder, error);
    }
    if (child.pid === undefined) {
      const reason = await new Promise<unknown>((resolve) => child.once("error", resolve));
      throw processStartFailed(options.nodePath, options.folder, reason);
    }
    return new PluginProcess(child, child.pid, options);
  }

  private constructor(child: ChildProcess, id: number, options: ProcessOptions) {
    this.#child = child;
    this.id = id;
    this.socket = child.stdio[3] as Socket;
    // A failing kill is reported as an event; the exit is what counts.
    child.on("error", ignore);
    const stdout = readLines(child.stdout as Socket, new OutputLines("stdout", options.log, new OutputBudget()));
    const stderr = readLines(child.stderr as Socket, new OutputLines("stderr", options.log, new OutputBudget()));
    const frames = { pipe: this.socket, ended: closeOf(this.socket) };
    this.exited = new Promise((resolve) => {
      child.once("exit", async (code, signal) => {
        const killed = this.#killed;
        const occupied = this.#occupied;
        this.kill();
        this.#exited = true;
        // The last answers as well: the exit may be known before they are read.
        await drained([stdout, stderr, frames]);
        stdout.lines.end();
        stderr.lines.end();
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal, killed, occupied, tail: stderr.lines.tail });
      });
    });
  }

  /** Kills the process and everything in its group. Does nothing after the exit: the id may belong to another process by then. */
  kill(): void {
    if (this.#exited) return;
    this.#killed = true;
    if (process.platform === "win32") {
      this.#child.kill("SIGKILL");
      return;
    }
    try {
      process.kill(-this.id, "SIGKILL");
    } catch {
      // ESRCH: no process is left in the group.
    }
  }

  /** Kills it because it occupies more memory than it may. */
  killForMemory(occupied: number): void {
    this.#occupied ??= occupied;
    this.kill();
  }

  /** Sets whether the process keeps the host's program running. */
  hold(held: boolean): void {
    if (held) {
      this.#child.ref();
      this.socket.ref();
    } else {
      this.#child.unref();
      this.socket.unref();
    }
  }
}

interface Reading {
  readonly pipe: Socket;
  readonly ended: Promise<void>;
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

function readLines(pipe: Socket, lines: OutputLines): Reading & { readonly lines: OutputLines } {
  pipe.unref();
  pipe.on("data", (chunk: Buffer) => lines.push(chunk));
  pipe.on("error", ignore);
  pipe.once("close", () => lines.end());
  return { pipe, lines, ended: closeOf(pipe) };
}

function closeOf(pipe: Socket): Promise<void> {
  return new Promise((resolve) => pipe.once("close", () => resolve()));
}

function ignore(): void {}
