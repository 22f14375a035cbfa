import { readdirSync, readFileSync } from "node:fs";

/** What /proc says of a process. Times are in clock ticks, of which there are {@link ticksPerSecond}. */
export interface ProcessEntry {
  readonly id: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Whether it has ended, and only waits for its parent to ask how. */
  readonly ended: boolean;
  /** CPU time of itself, user and system. */
  readonly own: number;
  /** CPU time of its children that have ended, and that it has waited for, with theirs. */
  readonly waited: number;
}

/** A constant of Linux for what programs see, whatever the kernel's own clock is. */
export const ticksPerSecond = 100;

/** @returns `undefined` if the process has ended. */
export function readEntry(id: number): ProcessEntry | undefined {
  // "id (name) state parent group session …": the name may contain spaces and parentheses. Source: proc_pid_stat(5).
  const stat = readNow(`/proc/${id}/stat`);
  const [state, parent, group, session, , , , , , , , user, system, childrenUser, childrenSystem] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ", 15);
  if (state === undefined || childrenSystem === undefined) return undefined;
  return {
    ...{ id, parent: Number(parent), group: Number(group), session: Number(session) },
    ended: state === "Z" || state === "X",
    own: Number(user) + Number(system),
    waited: Number(childrenUser) + Number(childrenSystem),
  };
}

/** The ids of all processes that this one can see. */
export function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Returns a process, those that it has started, and those that they started, in this order. */
export function descendants(id: number): readonly number[] {
  const entries = processIds().map(readEntry);
  const found = [id];
  for (const parent of found) for (const each of entries) if (each?.parent === parent) found.push(each.id);
  return found;
}

/** The id that the system gave to a process or thread last; ids count upwards, and start again when none is left. */
export function lastId(): number {
  return Number(readNow("/proc/loadavg").trim().split(" ").at(-1)) || 0;
}

/** Whether an id was given after `from`, when `to` was the last one that was given. */
export function givenSince(id: number, from: number, to: number): boolean {
  return from <= to ? id > from && id <= to : id > from || id <= to;
}

/** Returns how many bytes a process occupies, 0 if it has ended. */
export function occupiedBy(id: number): number {
  const status = readNow(`/proc/${id}/status`);
  let kibibytes = 0;
  for (const name of ["RssAnon", "RssShmem", "VmSwap"]) {
    const at = status.indexOf(`\n${name}:`);
    if (at >= 0) kibibytes += Number.parseInt(status.slice(at + name.length + 2, at + name.length + 24), 10) || 0;
  }
  return kibibytes * 1024;
}

/** Reads a file of /proc; empty if its process has ended. */
export function readNow(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
