import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { reasonOf } from "./host.js";
import { permissionFix } from "./permission.js";

/** The system cannot start a process for the plugin. */
export function processStartFailed(program: string, folder: string, cause: unknown): TenonError {
  return errors.TENON_PLACE_START({
    message: `the plugin's process could not be started: ${reasonOf(cause)} (program ${program}, folder ${folder})`,
    subject: program,
    cause,
    fix: permissionFix(cause, "the process place starts a process for each plugin") ?? {
      text: "Check that the program and the folder exist, and that no limit on processes, open files or memory is reached.",
    },
  });
}

/** The host runs on an engine whose processes cannot run a plugin. `engine`: "Bun 1.4.5". */
export function processesNeedNode(subject: string, engine: string): TenonError {
  return errors.TENON_PLACE_START({
    message: `${subject}: the process place needs Node.js, and the host runs on ${engine}`,
    subject,
    fix: {
      text: "Run the host with Node.js 20.19 or later, or open the plugin in the place worker, worker-pool or inline.",
    },
  });
}

/** The system cannot start a thread for the plugin. */
export function threadStartFailed(cause: unknown): TenonError {
  return errors.TENON_PLACE_START({
    message: `the plugin's thread could not be started: ${reasonOf(cause)}`,
    cause,
    fix: permissionFix(cause, "the worker place starts a thread for each plugin") ?? {
      text: "Check that no limit on threads, open files or memory is reached, then open the plugin again.",
    },
  });
}

/** The watchdog that kills plugins when the host dies cannot be started. */
export function reaperStartFailed(shell: string): TenonError {
  return errors.TENON_PLACE_START({
    message: `the process that kills plugins when their host dies could not be started: cannot run ${shell}`,
    subject: shell,
    fix: { text: "Raise the limits on processes and open files, then open the plugin again." },
  });
}

/** A plugin's process or thread ran out of memory. `exit`: "signal SIGABRT". `limit`: in bytes, 0 for V8's own. */
export function outOfMemory(
  what: "process" | "thread",
  subject: string,
  limit: number,
  exit?: string,
  cause?: unknown,
): TenonError {
  const allowed = limit > 0 ? `its limit of ${Math.max(1, Math.floor(limit / 2 ** 20))} MiB` : "V8 allows by default";
  return errors.TENON_PLACE_MEMORY({
    message: `the plugin's ${what} needed more memory than ${allowed}${exit === undefined ? "" : ` and exited with ${exit}`}`,
    subject,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The host killed a plugin that occupied too much memory: its heap and everything outside of it. `limit`: in bytes. */
export function occupiedTooMuch(
  what: "process" | "thread",
  subject: string,
  limit: number,
  occupied: number,
): TenonError {
  const [found, allowed] = [occupied, limit].map((bytes) => Math.max(1, Math.floor(bytes / 2 ** 20)));
  return errors.TENON_PLACE_MEMORY({
    message: `the plugin's ${what} was killed because it occupied ${found} MiB, with buffers and everything else outside of its heap; its limit is ${allowed} MiB`,
    subject,
  });
}

/** The host killed a plugin that had more processes than it may. */
export function tooManyProcesses(subject: string, limit: number, found: number): TenonError {
  return errors.TENON_PLACE_PROCESSES({
    message: `the plugin's processes were killed because there were ${found}; its limit is ${limit}`,
    subject,
  });
}

/** A plugin used more CPU time than it may. Times are in milliseconds. */
export function tooMuchTime(subject: string, limit: number, used: number): TenonError {
  return errors.TENON_PLACE_CPU({
    message: `the plugin's processes were killed because they had used ${seconds(used)} of CPU time; its limit is ${seconds(limit)}`,
    subject,
  });
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 10) / 100} s`;
}

/** The system killed the plugin's process because its own memory ran out. `stderr`: its last lines, or nothing. */
export function killedBySystem(subject: string, stderr: string): TenonError {
  return errors.TENON_PLACE_MEMORY({
    message: `the system killed the plugin's process with signal SIGKILL because memory ran out, on the machine or in its container${quoted(stderr)}`,
    subject,
    fix: {
      text: "Set limits.memory to less than the system has, so that the plugin is stopped first, or give the system more memory.",
    },
  });
}

/** The host killed the plugin's process or thread. `stderr`: its last lines, or nothing. */
export function killedByHost(what: "process" | "thread", subject: string, stderr = ""): TenonError {
  return errors.TENON_PLACE_EXIT({
    message: `the host killed the plugin's ${what}${quoted(stderr)}`,
    subject,
    fix: { text: "Make the plugin react to cancelled calls and to closing, or raise limits.grace." },
  });
}

/** The host killed a thread that plugins share. `neighbour`: the plugin in it that did not return. */
export function endedForNeighbour(subject: string, neighbour: string): TenonError {
  return errors.TENON_PLACE_NEIGHBOUR({
    message: `the plugin's thread was ended because another plugin in it, ${neighbour}, did not return`,
    subject,
  });
}

/** The plugin's process exited without being asked to. `exit`: "exit code 3". `stderr`: its last lines, or nothing. */
export function processExited(subject: string, exit: string, guess: string, stderr: string): TenonError {
  return errors.TENON_PLACE_EXIT({
    message: `the plugin's process exited with ${exit}${guess === "" ? "" : `: ${guess}`}${quoted(stderr)}`,
    subject,
  });
}

function quoted(stderr: string): string {
  return stderr === "" ? "" : `\nThe last lines on its stderr:\n${stderr}`;
}

/** The plugin's thread exited without being asked to. */
export function threadExited(subject: string, code: number): TenonError {
  return errors.TENON_PLACE_EXIT({
    message: `the plugin's thread exited with exit code ${code}: the plugin called process.exit`,
    subject,
    fix: { text: "Remove the call of process.exit, or throw an error instead." },
  });
}

/** Something that nothing caught ended the plugin's thread. */
export function threadThrew(subject: string, thrown: unknown): TenonError {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  return errors.TENON_PLACE_EXIT({
    message: `the plugin's thread exited after an uncaught ${thrown instanceof Error ? "exception" : "thrown value"}: ${reasonOf(thrown)}`,
    subject,
    cause: thrown,
    fix: { text: "Catch the exception in the plugin, in timers and event listeners too." },
    ...(stack === undefined ? {} : { pluginStack: stack }),
  });
}

/** A thread that V8 does not stop. */
export function threadStuck(subject: string): TenonError {
  return errors.TENON_PLACE_EXIT({
    message: "the plugin's thread could not be stopped: it is in a loop that V8 does not interrupt, and keeps running",
    subject,
    fix: { text: "Fix the plugin's loop, or open the plugin in the process place, which can always be stopped." },
  });
}

/** The plugin lost its connection, while the thread that it shares keeps running. */
export function connectionClosed(subject: string): TenonError {
  return errors.TENON_PLACE_EXIT({
    message: "the plugin's connection to the host was closed",
    subject,
    fix: { text: "Open the plugin again." },
  });
}

/** The plugin's process closed its connection but keeps running. */
export function connectionDropped(): TenonError {
  return errors.TENON_WIRE_CLOSED({
    message: "the plugin closed its connection to the host, but its process keeps running",
    fix: { text: "Fix the plugin: it must not close file descriptor 3, which is its connection to the host." },
  });
}

/** A frame is longer than the limit. */
export function frameTooLong(bytes: number, limit: number): TenonError {
  return errors.TENON_WIRE_MALFORMED({
    message: `expected a message of at most ${limit} bytes, found one of ${bytes} bytes`,
    fix: { text: "Raise limits.bytes if the plugin returns such large values; otherwise the sender is not Tenon." },
  });
}

export function blobTooShort(bytes: number, least: number): TenonError {
  return errors.TENON_WIRE_MALFORMED({
    message: `expected bytes beside a message of at least ${least} bytes, found ${bytes} bytes`,
    fix: { text: "Whatever sent this is not Tenon: is something else written to the plugin's file descriptor 3?" },
  });
}

/** The connection ended inside a frame. `where`: "a message of 9 bytes ends after 1". */
export function connectionCut(where: string): TenonError {
  return errors.TENON_WIRE_MALFORMED(`the connection was cut short: ${where}`);
}

/** What was prepared for the plugin cannot be sent to another thread. */
export function notSendable(path: string, cause: unknown): TenonError {
  return errors.TENON_LOAD_FAILED({
    message: `${path} cannot be sent to a thread: ${reasonOf(cause)}`,
    subject: path,
    cause,
    fix: { text: "Fix the runtime: what prepare() returns as payload must be possible to clone (structuredClone)." },
  });
}
