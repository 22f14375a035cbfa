import {
  endedForNeighbour,
  killedByHost,
  occupiedTooMuch,
  outOfMemory,
  threadExited,
  threadStuck,
  threadThrew,
} from "../../errors/factories/place.js";
import type { TenonError } from "../../errors/index.js";
import type { Leftover } from "../../runtime/index.js";

/** Why a plugin's thread exited. */
export interface ThreadExit {
  readonly code: number;
  /** The exception that ended it, if there was one. */
  readonly thrown: unknown;
  /** Whether the host killed it. */
  readonly killed: boolean;
  /** The plugin that was the reason to kill it, if one was. */
  readonly unresponsive?: string | undefined;
  /** How many bytes it occupied, if that is why it was killed. */
  readonly occupied?: number | undefined;
  /** Whether it could not be killed and still runs. */
  readonly stuck: boolean;
  /** The programs that it had started and not ended. */
  readonly leftovers: readonly Leftover[];
}

/**
 * Makes the error for the end of a thread: TENON_PLACE_MEMORY if its heap was full, TENON_PLACE_NEIGHBOUR if another plugin in
 * it did not return, otherwise TENON_PLACE_EXIT.
 *
 * @param memory the thread's memory limit in bytes, 0 for none.
 * @param isReason whether this plugin was the reason to kill the thread.
 */
export function exitError(exit: ThreadExit, subject: string, memory: number, isReason: boolean): TenonError {
  const { code, thrown, killed, stuck, unresponsive } = exit;
  if (!isReason && unresponsive !== undefined && exit.occupied === undefined)
    return endedForNeighbour(subject, unresponsive);
  if (stuck) return threadStuck(subject);
  if (exit.occupied !== undefined) return occupiedTooMuch("thread", subject, memory, exit.occupied);
  if ((thrown as { code?: unknown } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY")
    return outOfMemory("thread", subject, memory, undefined, thrown);
  if (thrown !== undefined) return threadThrew(subject, thrown);
  return killed ? killedByHost("thread", subject) : threadExited(subject, code);
}
