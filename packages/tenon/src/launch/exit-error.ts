import { constants } from "node:os";
import {
  killedByHost,
  killedBySystem,
  occupiedTooMuch,
  outOfMemory,
  processExited,
  tooManyProcesses,
  tooMuchTime,
} from "../errors/factories/place.js";
import type { TenonError } from "../errors/index.js";
import { withoutMarks } from "../runtime/console-levels.js";
import type { ProgramExit, ResourceLimits } from "../runtime/index.js";
import { readNow } from "./processes.js";

const quotedLines = 20;
const quotedBytes = 4000;

/** The exit code or signal for a close report. */
export function exitOf(exit: ProgramExit): number | string | undefined {
  return exit.signal ?? exit.code ?? undefined;
}

/** What is known of how the programs of one engine exit. */
export interface EngineExits {
  /** What exit code 0 means for a program that nobody asked to exit. */
  readonly zero: string;
  ranOutOfMemory(exit: ProgramExit): boolean;
}

const anyProgram: EngineExits = { zero: "it ended by itself", ranOutOfMemory: () => false };

/** The limits of a plugin's programs, for messages. 0 for none. */
export interface ExitLimits {
  /** Bytes. */
  readonly memory: number;
  readonly resources?: ResourceLimits | undefined;
}

/**
 * Makes the error for the end of a plugin's process: TENON_PLACE_MEMORY, TENON_PLACE_PROCESSES or TENON_PLACE_CPU if it
 * exceeded a limit, otherwise TENON_PLACE_EXIT.
 */
export function exitError(
  exit: ProgramExit,
  subject: string,
  { memory, resources }: ExitLimits,
  engine: EngineExits = anyProgram,
): TenonError {
  const used = exit.exceeded?.used ?? 0;
  switch (exit.exceeded?.limit) {
    case "memory":
      return occupiedTooMuch("process", subject, memory, used);
    case "processes":
      return tooManyProcesses(subject, resources?.processes ?? 0, used);
    case "cpu":
      return tooMuchTime(subject, resources?.cpu ?? 0, used);
  }
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  if (engine.ranOutOfMemory(exit)) return outOfMemory("process", subject, memory, how);
  const stderr = quote(exit.tail);
  if (exit.killed) return killedByHost("process", subject, stderr);
  if (exit.systemOutOfMemory === true) return killedBySystem(subject, stderr);
  return processExited(subject, how, likelyReason(exit, engine), stderr);
}

const reasons: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "something outside killed it, such as an operator or the out-of-memory killer",
  SIGSEGV: "its code accessed memory that it does not have",
  SIGBUS: "its code accessed memory that is not there, such as beyond the end of a mapped file",
  SIGILL: "its code contains an instruction that this processor does not have, or stopped itself with one",
  SIGFPE: "its code divided by zero",
  SIGABRT: "it aborted itself, as after a failed assertion",
  SIGTRAP: "it stopped itself, as after a failed assertion",
  SIGSYS: "it made a system call that is not allowed",
  SIGPIPE: "it wrote to a pipe or connection that nobody reads any more",
  SIGXFSZ: "it wrote a file that is larger than allowed",
  SIGTERM: "something outside asked it to end",
  SIGINT: "something outside asked it to end",
  SIGHUP: "something outside asked it to end",
};

/** Signals after which the system writes a core dump, where that is enabled. Source: signal(7). */
const dumping: readonly string[] = ["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP", "SIGSYS", "SIGQUIT"];

function likelyReason(exit: ProgramExit, engine: EngineExits): string {
  if (exit.code === 0) return engine.zero;
  // A shell reports the signal of what it started as a code.
  const signal = exit.signal ?? signalOf(exit.code ?? 0);
  if (signal === undefined) return "";
  const reason = reasons[signal] ?? "";
  const dump = dumping.includes(signal) ? coreDump() : "";
  const from = exit.signal === null ? `signal ${signal} ended a program that it started` : "";
  return [from, reason, dump].filter((part) => part !== "").join("; ");
}

function signalOf(code: number): NodeJS.Signals | undefined {
  const names = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  return code <= 128 ? undefined : names.find(([, number]) => number === code - 128)?.[0];
}

/** Where a core dump is, if this system writes any. */
function coreDump(): string {
  const allowed = /^Max core file size\s+(\S+)/m.exec(readNow("/proc/self/limits"))?.[1] ?? "0";
  const pattern = readNow("/proc/sys/kernel/core_pattern").trim();
  if (allowed === "0" || pattern === "") return "";
  if (pattern.startsWith("|")) return `core dumped to the program ${pattern.slice(1).split(" ")[0]}`;
  return `core dumped to ${pattern.startsWith("/") ? pattern : `${pattern} in the folder that it ran in`}`;
}

function quote(tail: string): string {
  const text = withoutMarks(tail).slice(-quotedBytes).trim();
  return text
    .split("\n")
    .slice(-quotedLines)
    .map((line) => `  ${line}`)
    .join("\n")
    .trimEnd();
}
