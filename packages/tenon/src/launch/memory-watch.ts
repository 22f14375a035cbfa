import { readdirSync } from "node:fs";
import { canTellMemory, occupiedBy, readNow } from "./occupied.js";

const lookMilliseconds = 50;
/** How often, in looks, to find the programs that a plugin has started; and those whose parent has ended. */
const descendantsEvery = 5;
const orphansEvery = 100;

interface Watched {
  readonly most: number;
  members: readonly number[];
  exceeded(occupied: number): void;
}

/**
 * Watches how much memory the process groups of plugins occupy: heaps, buffers, WebAssembly, and what programs that they
 * started use. Counts the resident and swapped pages that are not backed by files, which processes share.
 */
export class MemoryWatch {
  readonly #groups = new Map<number, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;

  /** Calls `exceeded` once if the group occupies more than `most` bytes. */
  add(group: number, most: number, exceeded: (occupied: number) => void): void {
    if (!canTellMemory) return;
    this.#groups.set(group, { most, members: [group], exceeded });
    this.#timer ??= setInterval(() => this.#look(), lookMilliseconds).unref();
  }

  remove(group: number): void {
    this.#groups.delete(group);
    if (this.#groups.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const orphans = this.#looks % orphansEvery === orphansEvery - 1 ? groupMembers(this.#groups) : undefined;
    const refresh = this.#looks++ % descendantsEvery === 0;
    for (const [group, watched] of this.#groups) {
      if (orphans !== undefined) watched.members = orphans.get(group) ?? [group];
      else if (refresh) watched.members = union(watched.members, descendants(group));
      let occupied = 0;
      for (const member of watched.members) occupied += occupiedBy(member);
      if (occupied <= watched.most) continue;
      this.remove(group);
      watched.exceeded(occupied);
    }
  }
}

/** The processes that a process has started, and those that they started. */
function descendants(id: number): readonly number[] {
  const found = [id];
  for (const parent of found) {
    for (const task of list(`/proc/${parent}/task`)) {
      const children = readNow(`/proc/${parent}/task/${task}/children`).trim();
      if (children !== "") found.push(...children.split(" ").map(Number));
    }
  }
  return found;
}

/** Returns all processes of these groups, including those whose parent has exited. */
function groupMembers(groups: ReadonlyMap<number, unknown>): ReadonlyMap<number, readonly number[]> {
  const members = new Map<number, number[]>([...groups.keys()].map((group) => [group, []]));
  for (const name of list("/proc")) {
    const id = Number(name);
    if (!Number.isInteger(id)) continue;
    // "id (name) state parent group …": the name may contain spaces and parentheses.
    const stat = readNow(`/proc/${id}/stat`);
    const group = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ", 3)[2]);
    members.get(group)?.push(id);
  }
  return members;
}

function union(some: readonly number[], others: readonly number[]): readonly number[] {
  return [...new Set([...some, ...others])];
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
