import { existsSync } from "node:fs";
import type { Exceeded, ResourceLimits } from "../runtime/index.js";
import { canTellMemory, canTellProcesses } from "./abilities.js";
import { carriesMark, type Mark, markText } from "./mark.js";
import {
  givenSince,
  lastId,
  occupiedBy,
  type ProcessEntry,
  processIds,
  readEntry,
  ticksPerSecond,
} from "./processes.js";

const lookMilliseconds = 50;
/** How often, in looks, to find the processes that programs have started. */
const searchEvery = 5;
/** How many times as long as a search took, the next one waits: most of the host's time is not for searching. */
const searchShare = 25;

/** What a group may use. Bytes, processes, milliseconds; 0 for no limit. */
export type GroupLimits = Omit<ResourceLimits, "files"> & { readonly memory: number };

interface Watched {
  readonly limits: GroupLimits;
  readonly mark: string | undefined;
  readonly members: Map<number, ProcessEntry | undefined>;
  /** Ticks of members that have ended without their parent waiting for them. */
  lost: number;
  /** Ticks of children that were waited for at the last look, beyond those of members known to have ended. */
  early: number;
  exceeded(what: Exceeded): void;
}

/**
 * Watches what the programs of plugins use, each with all that it started: memory (resident and swapped pages that are not
 * backed by files, which processes share), processes and CPU time.
 *
 * A program's processes are those in its group or session, their children, and what carries its mark. To find them, it
 * reads only of processes that were started since it looked last.
 */
export class GroupWatch {
  readonly #groups = new Map<number, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  /** The last id that was given when the processes were searched. */
  #searched = 0;
  #searchAfter = 0;

  /** Calls `exceeded` once if the group uses more than a limit allows. */
  add(group: number, mark: Mark | undefined, limits: GroupLimits, exceeded: (what: Exceeded) => void): void {
    const watched = (canTellMemory && limits.memory > 0) || (canTellProcesses && limits.processes + limits.cpu > 0);
    if (!watched) return;
    const text = mark === undefined ? undefined : markText(mark);
    this.#groups.set(group, {
      limits,
      mark: text,
      members: new Map([[group, undefined]]),
      lost: 0,
      early: 0,
      exceeded,
    });
    if (this.#timer !== undefined) return;
    this.#searched = group;
    this.#timer = setInterval(() => this.#look(), lookMilliseconds).unref();
  }

  remove(group: number): void {
    this.#groups.delete(group);
    if (this.#groups.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    this.#search();
    for (const [group, watched] of this.#groups) {
      const what = usage(watched);
      if (what === undefined) continue;
      this.remove(group);
      watched.exceeded(what);
    }
  }

  #search(): void {
    const to = lastId();
    const started = to >= this.#searched ? to - this.#searched : Number.POSITIVE_INFINITY;
    if (started === 0) return;
    const due = this.#looks++ % searchEvery === 0;
    if (!due && !this.#mayBeTooMany(started)) return;
    const begun = performance.now();
    if (begun < this.#searchAfter) return;
    for (const id of processIds()) {
      if (!givenSince(id, this.#searched, to)) continue;
      const entry = readEntry(id);
      if (entry === undefined) continue;
      for (const [group, watched] of this.#groups) {
        if (belongs(entry, group, watched)) watched.members.set(id, undefined);
      }
    }
    this.#searched = to;
    const ended = performance.now();
    this.#searchAfter = ended + (ended - begun) * searchShare;
  }

  /** Whether a group may have too many processes, if all that were started since the last search are its own. */
  #mayBeTooMany(started: number): boolean {
    for (const { limits, members } of this.#groups.values()) {
      if (limits.processes > 0 && members.size + started > limits.processes) return true;
    }
    return false;
  }
}

function belongs(entry: ProcessEntry, group: number, { members, mark }: Watched): boolean {
  if (entry.group === group || entry.session === group || members.has(entry.parent)) return true;
  return mark !== undefined && carriesMark(entry.id, mark);
}

/** Reads what the members use, and forgets those that have ended. @returns what is more than a limit allows */
function usage(watched: Watched): Exceeded | undefined {
  const { limits, members } = watched;
  const ended = forgetEnded(members);
  let [occupied, ticks, waited] = [0, 0, 0];
  for (const [id, before] of members) {
    const now = readEntry(id) ?? before;
    members.set(id, now);
    ticks += (now?.own ?? 0) + (now?.waited ?? 0);
    waited += (now?.waited ?? 0) - (before?.waited ?? 0);
    if (limits.memory > 0) occupied += occupiedBy(id);
  }
  // A parent that has waited for a child counts the child's time from then on, which may be known before the child's end is.
  watched.lost += Math.max(0, ended - waited - watched.early);
  watched.early = Math.max(0, waited - ended);
  const cpu = ((ticks + watched.lost) * 1000) / ticksPerSecond;
  const used = { memory: occupied, processes: members.size, cpu };
  for (const limit of ["processes", "memory", "cpu"] as const) {
    if (limits[limit] > 0 && used[limit] > limits[limit]) return { limit, used: used[limit] };
  }
  return undefined;
}

/** @returns the ticks that they had used when they were last seen */
function forgetEnded(members: Watched["members"]): number {
  let ticks = 0;
  for (const [id, before] of members) {
    if (existsSync(`/proc/${id}`)) continue;
    members.delete(id);
    ticks += (before?.own ?? 0) + (before?.waited ?? 0);
  }
  return ticks;
}
