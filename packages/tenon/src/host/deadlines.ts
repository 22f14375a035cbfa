/** Something that expires at a time unless it is removed first. */
export interface Expiring {
  due: number;
  expire(): void;
}

/**
 * Timers for many calls of the same duration. The first to start is the first to expire, so one timer serves them all,
 * and a call that finishes in time costs two operations on a set.
 */
class Queue {
  readonly #entries = new Set<Expiring>();
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly duration: number) {}

  add(entry: Expiring): void {
    entry.due = performance.now() + this.duration;
    if (this.#timer === undefined) this.#timer = this.#arm(this.duration);
    else if (this.#entries.size === 0) this.#timer.ref();
    this.#entries.add(entry);
  }

  /** With nothing left to expire, the timer no longer keeps the program running. */
  remove(entry: Expiring): void {
    if (this.#entries.delete(entry) && this.#entries.size === 0) this.#timer?.unref();
  }

  #arm(delay: number): NodeJS.Timeout {
    return setTimeout(() => this.#sweep(), Math.max(1, Math.ceil(delay)));
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const entry of this.#entries) {
      if (entry.due > now) {
        this.#timer = this.#arm(entry.due - now);
        return;
      }
      this.#entries.delete(entry);
      entry.expire();
    }
  }
}

const queues = new Map<number, Queue>();
const mostQueues = 64;

/** Lets an entry expire after `duration` milliseconds. Returns an object that removes it. */
export function expireAfter(duration: number, entry: Expiring): { remove(entry: Expiring): void } {
  let queue = queues.get(duration);
  if (queue === undefined) {
    queue = new Queue(duration);
    // Rare durations (what is left of another deadline) get their own queue, which is not kept.
    if (queues.size < mostQueues) queues.set(duration, queue);
  }
  queue.add(entry);
  return queue;
}
