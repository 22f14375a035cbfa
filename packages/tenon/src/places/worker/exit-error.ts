import { killedByHost, outOfMemory, threadExited, threadStuck, threadThrew } from "../../errors/factories/place.js";
import type { TenonError } from "../../errors/index.js";
import type { Leftover } from "../../runtime/index.js";

/** Why a plugin's thread exited. */
export interface ThreadExit {
  readonly code: number;
  /** The exception that ended it, if there was one. */
  readonly thrown: unknown;
  /** Whether the host killed it. */
  readonly killed: boolean;
  /** Whether it could not be killed and still runs. */
  readonly stuck: boolean;
  /** The programs that it had started and not ended. */
  readonly leftovers: readonly Leftover[];
}

/**
 * Makes the error for the end of a thread: TENON_PLACE_MEMORY if its heap was full, otherwise TENON_PLACE_EXIT.
 *
 * @param memory the thread's memory limit in bytes, 0 for none.
 */
export function exitError({ code, thrown, killed, stuck }: ThreadExit, subject: string, memory: number): TenonError {
  if (stuck) return threadStuck(subject);
  if ((thrown as { code?: unknown } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY")
    return outOfMemory("thread", subject, memory, undefined, thrown);
  if (thrown !== undefined) return threadThrew(subject, thrown);
  return killed ? killedByHost("thread", subject) : threadExited(subject, code);
}
