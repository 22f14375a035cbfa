import { killedByHost, occupiedTooMuch, outOfMemory, processExited } from "../errors/factories/place.js";
import type { TenonError } from "../errors/index.js";
import type { ProgramExit } from "../runtime/program.js";

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

/**
 * Makes the error for the end of a plugin's process: TENON_PLACE_MEMORY if it ran out of memory, otherwise
 * TENON_PLACE_EXIT.
 *
 * @param memory the process's memory limit in bytes, 0 for none.
 */
export function exitError(
  exit: ProgramExit,
  subject: string,
  memory: number,
  engine: EngineExits = anyProgram,
): TenonError {
  if (exit.occupied !== undefined) return occupiedTooMuch("process", subject, memory, exit.occupied);
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  if (engine.ranOutOfMemory(exit)) return outOfMemory("process", subject, memory, how);
  const stderr = quote(exit.tail);
  return exit.killed
    ? killedByHost("process", subject, stderr)
    : processExited(subject, how, likelyReason(exit, engine), stderr);
}

function likelyReason(exit: ProgramExit, engine: EngineExits): string {
  if (exit.signal === "SIGKILL") return "something outside killed it, such as an operator or the out-of-memory killer";
  if (exit.code === 0) return engine.zero;
  return "";
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
