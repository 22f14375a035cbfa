import { getHeapStatistics } from "node:v8";
import type { Worker } from "node:worker_threads";
import { collectGarbage } from "../../runtime/collect-garbage.js";

const lookMilliseconds = 50;
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
  readonly worker: Worker;
  /** Its limit in bytes. */
  most(): number;
  readonly report: Float64Array;
  killForMemory(occupied: number): void;
}

interface Watched {
  readonly thread: LimitedThread;
  looks: number;
  /** What the process had grown to when the thread last reported. */
  before: number;
  asked: boolean;
}

/** Newer versions of Node ask a thread for its statistics whatever it does; `@types/node` does not know that yet. */
type AskedWorker = Worker & {
  getHeapStatistics?(): Promise<{ readonly used_heap_size: number; readonly external_memory: number }>;
};

/**
 * Watches what threads occupy, with buffers, which V8's own limit does not count. Where Node cannot ask a thread that does
 * not return (before 22.16), what the process grows by meanwhile counts as that thread's, if it is the only such thread.
 */
class ThreadMemory {
  readonly #threads = new Map<LimitedThread, Watched>();
  #timer: NodeJS.Timeout | undefined;

  add(thread: LimitedThread): void {
    this.#threads.set(thread, { thread, looks: 0, before: 0, asked: false });
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
    let elsewhere: number | undefined;
    for (const watched of this.#threads.values()) {
      const { thread } = watched;
      const worker: AskedWorker = thread.worker;
      if (worker.getHeapStatistics !== undefined) {
        if (!watched.asked) this.#ask(watched, worker.getHeapStatistics());
        continue;
      }
      this.#judge(thread, thread.report[occupied]!);
      if (thread.report[looks] === watched.looks) {
        silent.push(watched);
        continue;
      }
      elsewhere ??= process.memoryUsage.rss() - ownMemory() - this.#reported();
      watched.looks = thread.report[looks]!;
      watched.before = elsewhere;
    }
    const [only] = silent;
    if (only === undefined || silent.length > 1 || only.looks === 0) return;
    elsewhere ??= process.memoryUsage.rss() - ownMemory() - this.#reported();
    const grown = elsewhere - only.before;
    if (grown > allowance) this.#judge(only.thread, only.thread.report[occupied]! + grown);
  }

  #reported(): number {
    let sum = 0;
    for (const thread of this.#threads.keys()) sum += thread.report[occupied]!;
    return sum;
  }

  #ask(watched: Watched, answer: Promise<{ used_heap_size: number; external_memory: number }>): void {
    watched.asked = true;
    answer.then(
      ({ used_heap_size, external_memory }) => {
        watched.asked = false;
        this.#judge(watched.thread, used_heap_size + external_memory);
      },
      // The thread has ended meanwhile.
      () => {},
    );
  }

  #judge(thread: LimitedThread, bytes: number): void {
    if (bytes <= thread.most() + allowance || !this.#threads.has(thread)) return;
    this.remove(thread);
    thread.killForMemory(bytes);
  }
}

/** One for all threads, whichever host they belong to: a process has one memory. */
export const threadMemory = new ThreadMemory();
