import type { Socket } from "node:net";
import type { TenonError } from "../errors/index.js";
import type { GrantedFolder } from "./granted-folders.js";
import type { CallControl, CloseReport, Isolation, LogLine } from "./instance.js";
import type { ResourceLimits } from "./place.js";

/** A program that a runtime starts: what it is, and what becomes of what it writes. */
export interface LaunchOptions {
  /** The path of the executable, or a name that is looked up in the folders of the environment's `PATH`. */
  readonly command: string;
  readonly arguments: readonly string[];
  /** The folder that it runs in. */
  readonly folder: string;
  /** Whether it reads from its standard input. Without, that is empty. */
  readonly input?: boolean;
  /** What becomes of its standard output: lines of the log, which is the default, or a protocol that somebody reads. */
  readonly output?: "log" | "protocol";
  /** How many sockets it gets from file descriptor 3 on. */
  readonly sockets?: number;
}

/**
 * What a program in a sandbox reaches. Beside this: its executable with libraries and interpreter, certificates and time zones, a
 * `/tmp` of its own, and no process, network, device or file of the system.
 */
export interface SandboxOptions {
  /** Files and folders that it reads, under their own absolute paths: those of the plugin. */
  readonly files: readonly string[];
  readonly folders: readonly GrantedFolder[];
  /** Programs of the system that it may start: absolute paths, or names in the folders of its `PATH`. */
  readonly programs: readonly string[];
  /** Whether it has the host's whole network, and not one of its own in which there is nothing. */
  readonly network: boolean;
  /** What it may connect to through a proxy, as `grants.network` has it. Absent: nothing. */
  readonly hosts?: readonly string[];
  /** Sockets of the host's that it may connect to, by the absolute path under which it sees them. */
  readonly sockets?: Readonly<Record<string, string>>;
}

/** A program to start, with what its place decides. */
export interface ProgramOptions extends LaunchOptions {
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Most bytes that its process group may occupy, 0 for no limit. Not enforced where the system does not say how many it does. */
  readonly memory: number;
  /** Starts it in a sandbox, of which this is what it reaches. Absent: without one. */
  readonly sandbox?: SandboxOptions | undefined;
  /** What it and its group may use beside memory. Absent: no limit. */
  readonly resources?: ResourceLimits | undefined;
  /** The plugin's name, for its log. */
  readonly plugin?: string;
  /** Whether it is a Node that loads what {@link ProgramOptions.arguments} import: then its connections need no forwarder. */
  readonly isNode?: boolean;
  /** What becomes of its standard error: lines of the log, which is the default, or bytes that somebody reads. */
  readonly errorOutput?: "log" | "protocol";
  log(line: LogLine): void;
}

/** What a program and its group used more of than allowed: bytes, processes, or milliseconds. */
export interface Exceeded {
  readonly limit: "memory" | "processes" | "cpu";
  readonly used: number;
}

/** How a program exited. */
export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the host killed it. */
  readonly killed: boolean;
  /** The limit that it and its group exceeded, if that is why it was killed. */
  readonly exceeded?: Exceeded | undefined;
  /** Whether the system has killed a process for lack of memory while it ran. */
  readonly systemOutOfMemory?: boolean | undefined;
  /** The last of what it wrote to stderr, if that is logged. */
  readonly tail: string;
}

/** A program that runs, in its own session and process group. */
export interface Program {
  readonly id: number;
  /** Its standard input, if it was started with one. */
  readonly stdin: Socket | undefined;
  /** Its standard output, if that is a protocol. Unread, it stops the program once the pipe is full. */
  readonly stdout: Socket | undefined;
  /** Its standard error, if that is not logged. */
  readonly stderr?: Socket | undefined;
  /** The other ends of its file descriptors from 3 on. */
  readonly sockets: readonly Socket[];
  /** Resolves when it has exited, its group was killed, and its output was read. Never rejects. */
  readonly exited: Promise<ProgramExit>;
  /**
   * Sends a signal to it and everything in its group, SIGKILL by default. Does nothing once it has exited: the id may belong to
   * another process by then.
   */
  kill(signal?: NodeJS.Signals): void;
  /** Sets whether it keeps the host's program running. At first it does, until `hold(false)`. */
  hold(held: boolean): void;
}

/** A program that a place has started for a runtime, with the plugin's grants, within its limits. */
export interface LaunchedProgram extends Program {
  /** The isolation that the program has. */
  readonly isolation: Isolation;
  /** Resolves once it has exited, with the reason as a coded error: TENON_PLACE_EXIT, TENON_PLACE_MEMORY, TENON_PLACE_PROCESSES,
   * TENON_PLACE_CPU. Never rejects. */
  readonly ended: Promise<{ readonly exit: number | string | undefined; readonly error: TenonError }>;
  /**
   * Ends its standard input and its sockets, waits until it has exited, and kills it at the deadline. A program that has neither
   * gets SIGTERM. Never rejects; the same report when it is called again.
   */
  close(control: CallControl): Promise<CloseReport>;
}
