import { constants } from "node:os";
import { errors, type TenonError } from "../../errors/index.js";
import type { ProcessExit } from "./plugin-process.js";

const quotedLines = 20;
const quotedBytes = 4000;

/** The exit code or the signal, as a close report carries it. */
export function exitOf(exit: ProcessExit): number | string | undefined {
  return exit.signal ?? exit.code ?? undefined;
}

/**
 * Says how a plugin's process ended: TENON_PLACE_MEMORY when it ran out of memory, otherwise TENON_PLACE_EXIT.
 *
 * @param memory the limit in bytes that it ran under, 0 for none.
 */
export function exitError(exit: ProcessExit, subject: string, memory: number): TenonError {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  if (ranOutOfMemory(exit)) {
    const limit = memory > 0 ? `its limit of ${Math.max(1, Math.floor(memory / 2 ** 20))} MiB` : "the engine allows";
    return errors.TENON_PLACE_MEMORY({
      message: `The plugin's process needed more memory than ${limit} and ended with ${how}.`,
      subject,
    });
  }
  const ended = exit.killed ? "was killed by the host." : `ended by itself with ${how}.${guess(exit)}`;
  const quoted = quote(exit.tail);
  const tail = quoted === "" ? "" : `\nThe last lines that it wrote to stderr:\n${quoted}`;
  return errors.TENON_PLACE_EXIT({ message: `The plugin's process ${ended}${tail}`, subject });
}

function guess(exit: ProcessExit): string {
  if (exit.signal === "SIGKILL") return " Something outside killed it: an operator, or the system for want of memory.";
  if (exit.code === 0) return " The plugin called process.exit, or closed its connection to the host.";
  return "";
}

// V8 has no exit code of its own for a full heap: it says so on stderr, in words that differ by where it happened, and
// aborts.
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
