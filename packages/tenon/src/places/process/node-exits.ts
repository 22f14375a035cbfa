import { constants } from "node:os";
import type { EngineExits } from "../../launch/index.js";
import type { ProgramExit } from "../../runtime/index.js";

// V8 has no exit code for a full heap: it prints a message to stderr, whose text depends on where it happened, and aborts.
const heapIsFull =
  /FATAL ERROR: .*(?:heap|memory|allocation failed)|Fatal (?:JavaScript|process) (?:OOM|out of memory)/i;

function ranOutOfMemory(exit: ProgramExit): boolean {
  const aborted =
    exit.signal === "SIGABRT" ||
    exit.signal === "SIGTRAP" ||
    exit.signal === "SIGILL" ||
    exit.code === 128 + constants.signals.SIGABRT;
  return aborted && heapIsFull.test(exit.tail);
}

/** How Node exits. */
export const nodeExits: EngineExits = {
  zero: "the plugin called process.exit, or closed its connection to the host",
  ranOutOfMemory,
};
