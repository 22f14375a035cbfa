import { getHeapStatistics } from "node:v8";
import { collectGarbage } from "../../runtime/collect-garbage.js";

const lookMilliseconds = 50;
/** After how many looks without a report a thread counts as one that does not return. */
const silentLooks = 3;
/** Beyond its limit, what a thread may occupy: buffers that are no longer used. V8 collects them at the latest when there are 64 MiB. */
const allowance = 64 * 2 ** 20;

/** Where a thread reports what it occupies, in bytes, and how often it has looked. */
export const reportBytes = 16;
const occupied = 0;
const looks = 1;

/** Reports to the host what this thread occupies, between the turns of its event loop: its heap and its buffers. */
export function reportMemory(memory: SharedArrayBuffer, limit: number): void {
  const report = new Float64Array(memory);
  let left = 0;
  const look = () => {
    let bytes = ownMemory();
    // Again only after something was added, because what is in use cannot be collected.
    if (bytes > limit && bytes > left + allowance / 8) {
      collectGarbage();
      bytes = left = ownMemory();
    }
    report[occupied] = bytes;
    report[looks]!++;
  };
  look();
  setInterval(look, lookMilliseconds).unref();
}

function ownMemory(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** A thread with a memory limit. */
export interface LimitedThread {
  /** Its limit in bytes. */
  most(): number;
  readonly report: Float64Array;
  killForMemory(occupied: number): void;
}

interface Watched {
  readonly thread: LimitedThread;
  looks: number;
  /** How many times in a row it had not reported. */
  silent: number;
  /** The process when the thread last reported. */
  before: Memory;
}

/** What the process occupies, and what of it is known to be the host's own or was reported by threads. */
interface Memory {
  readonly resident: number;
  readonly known: number;
}

/**
 * Watches what threads occupy, with buffers, which V8's own limit does not count. A thread that does not return cannot be
 * asked: `worker.getHeapStatistics()` waits for it as well (seen on Node 22 and 24). What the process grows by meanwhile
 * counts as that thread's, if it is the only such thread.
 */
class ThreadMemory {
  readonly #threads = new Map<LimitedThread, Watched>();
  #timer: NodeJS.Timeout | undefined;

  add(thread: LimitedThread): void {
    this.#threads.set(thread, { thread, looks: 0, silent: 0, before: { resident: 0, known: 0 } });
    this.#timer ??= setInterval(() => this.#look(), lookMilliseconds).unref();
  }

  remove(thread: LimitedThread): void {
    this.#threads.delete(thread);
    if (this.#threads.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const silent: Watched[] = [];
    let now: Memory | undefined;
    for (const watched of this.#threads.values()) {
      const { thread } = watched;
      this.#judge(thread, thread.report[occupied]!);
      if (thread.report[looks] === watched.looks) {
        if (++watched.silent >= silentLooks && watched.looks > 0) silent.push(watched);
        continue;
      }
      watched.looks = thread.report[looks]!;
      watched.silent = 0;
      watched.before = now ??= this.#memory();
    }
    const [only] = silent;
    if (only === undefined || silent.length > 1) return;
    now ??= this.#memory();
    // What the host frees is not given back immediately, so that less of its own does not mean more of the thread's.
    const grown = now.resident - only.before.resident - Math.max(0, now.known - only.before.known);
    if (grown > allowance) this.#judge(only.thread, only.thread.report[occupied]! + grown);
  }

  #memory(): Memory {
    let known = ownMemory();
    for (const thread of this.#threads.keys()) known += thread.report[occupied]!;
    return { resident: process.memoryUsage.rss(), known };
  }

  #judge(thread: LimitedThread, bytes: number): void {
    if (bytes <= thread.most() + allowance || !this.#threads.has(thread)) return;
    this.remove(thread);
    thread.killForMemory(bytes);
  }
}

/** One for all threads, whichever host they belong to: a process has one memory. */
export const threadMemory = new ThreadMemory();
