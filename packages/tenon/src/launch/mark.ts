import { randomInt } from "node:crypto";
import { canReap, canTellProcesses } from "./abilities.js";
import { givenSince, lastId, processIds, readEntry, readNow } from "./processes.js";

/**
 * A mark that a program and everything that it starts carry, whatever they do with their group, session, parent and
 * environment: a limit for the resident set, which Linux has ignored since 2.4.30 but passes on. It is so high that it says
 * nothing else, and only a process that looks for it would lower it. In KiB, as the shell sets it.
 */
export type Mark = number;

const least = 2 ** 42;

/** @returns `undefined` where a program cannot be marked, or the mark not be read. */
export function newMark(): Mark | undefined {
  return canReap && canTellProcesses ? least + randomInt(2 ** 40) : undefined;
}

/** How the limit of a mark is written in /proc. */
export function markText(mark: Mark): string {
  return String(BigInt(mark) * 1024n);
}

export function carriesMark(id: number, text: string): boolean {
  return new RegExp(`^Max resident set\\s+\\S+\\s+${text}\\s`, "m").test(readNow(`/proc/${id}/limits`));
}

const mostRounds = 100;
const roundMilliseconds = 5;

/**
 * Kills everything that carries a mark, and waits until it has ended.
 *
 * @param first the id of the process that was marked first: the others were started later.
 */
export async function killMarked(mark: Mark, first: number): Promise<void> {
  const text = markText(mark);
  for (let round = 0; round < mostRounds; round++) {
    const to = lastId();
    let found = false;
    for (const id of processIds()) {
      if (!givenSince(id, first, to) || !carriesMark(id, text) || readEntry(id)?.ended !== false) continue;
      try {
        process.kill(id, "SIGKILL");
        found = true;
      } catch {
        // It has ended, or belongs to another user by now.
      }
    }
    if (!found) return;
    await new Promise((resolve) => setTimeout(resolve, roundMilliseconds));
  }
}
