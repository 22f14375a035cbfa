import { constants } from "node:os";
import { killedByHost, occupiedTooMuch, outOfMemory, processExited } from "../../errors/factories/place.js";
import type { TenonError } from "../../errors/index.js";
import type { ProcessExit } from "./plugin-process.js";

const quotedLines = 20;
const quotedBytes = 4000;

/** The exit code or signal for a close report. */
export function exitOf(exit: ProcessExit): number | string | undefined {
  return exit.signal ?? exit.code ?? undefined;
}

/**
 * Makes the error for the end of a plugin's process: TENON_PLACE_MEMORY if it ran out of memory, otherwise
 * TENON_PLACE_EXIT.
 *
 * @param memory the process's memory limit in bytes, 0 for none.
 */
export function exitError(exit: ProcessExit, subject: string, memory: number): TenonError {
  if (exit.occupied !== undefined) return occupiedTooMuch("process", subject, memory, exit.occupied);
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  if (ranOutOfMemory(exit)) return outOfMemory("process", subject, memory, how);
  const stderr = quote(exit.tail);
  return exit.killed
    ? killedByHost("process", subject, stderr)
    : processExited(subject, how, likelyReason(exit), stderr);
}

function likelyReason(exit: ProcessExit): string {
  if (exit.signal === "SIGKILL") return "something outside killed it, such as an operator or the out-of-memory killer";
  if (exit.code === 0) return "the plugin called process.exit, or closed its connection to the host";
  return "";
}

// V8 has no exit code for a full heap: it prints a message to stderr, whose text depends on where it happened, and aborts.
const heapIsFull =
  /FATAL ERROR: .*(?:heap|memory|allocation failed)|Fatal (?:JavaScript|process) (?:OOM|out of memory)/i;

function ranOutOfMemory(exit: ProcessExit): boolean {
  const aborted =
    exit.signal === "SIGABRT" ||
    exit.signal === "SIGTRAP" ||
    exit.signal === "SIGILL" ||
    exit.code === 128 + constants.signals.SIGABRT;
  return aborted && heapIsFull.test(exit.tail);
}

function quote(tail: string): string {
  const text = tail.slice(-quotedBytes).trim();
  return text
    .split("\n")
    .slice(-quotedLines)
    .map((line) => `  ${line}`)
    .join("\n")
    .trimEnd();
}
