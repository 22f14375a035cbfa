import { constants } from "node:os";
import { errors, type TenonError } from "../../errors/index.js";
import type { ProcessExit } from "./plugin-process.js";

const quotedLines = 10;
const quotedBytes = 2000;

/** The exit code or the signal, as a close report carries it. */
export function exitOf(exit: ProcessExit): number | string | undefined {
  return exit.signal ?? exit.code ?? undefined;
}

/**
 * Says how a plugin's process ended: TENON_PLACE_MEMORY when it ran out of memory, otherwise TENON_PLACE_EXIT.
 *
 * V8 has no exit code of its own for a full heap: it writes a "FATAL ERROR" line that names the heap and aborts.
 *
 * @param memory the limit in bytes that it ran under, 0 for none.
 */
export function exitError(exit: ProcessExit, subject: string, memory: number): TenonError {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  const quoted = quote(exit.tail);
  const tail = quoted === "" ? "" : `\nThe last lines that it wrote to stderr:\n${quoted}`;
  if (ranOutOfMemory(exit)) {
    const limit = memory > 0 ? `its limit of ${Math.round(memory / 2 ** 20)} MiB` : "what the engine allows";
    return errors.TENON_PLACE_MEMORY({
      message: `The plugin's process needed more memory than ${limit} and was ended (${how}).${tail}`,
      subject,
    });
  }
  if (exit.killed) {
    return errors.TENON_PLACE_EXIT({
      message: `The plugin's process was killed by the host, as it did not react.${tail}`,
      subject,
    });
  }
  return errors.TENON_PLACE_EXIT({
    message: `The plugin's process ended by itself with ${how}.${guess(exit)}${tail}`,
    subject,
  });
}

function guess(exit: ProcessExit): string {
  if (exit.signal === "SIGKILL") return " Something outside killed it: an operator, or the system for want of memory.";
  if (exit.code === 0) return " The plugin called process.exit, or closed its connection to the host.";
  return "";
}

function ranOutOfMemory(exit: ProcessExit): boolean {
  const aborted =
    exit.signal === "SIGABRT" ||
    exit.signal === "SIGTRAP" ||
    exit.signal === "SIGILL" ||
    exit.code === 128 + constants.signals.SIGABRT;
  return aborted && /FATAL ERROR: .*(?:heap|memory|allocation failed)/i.test(exit.tail);
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
