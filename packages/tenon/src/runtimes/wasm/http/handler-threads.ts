import { availableParallelism, totalmem } from "node:os";
import type { TenonError } from "../../../errors/index.js";
import type { Request, Response } from "./exchange.js";
import { type HandlerSource, HandlerThread } from "./handler-thread.js";

/** How many requests compute at the same time; others wait for them. */
const mostComputing = Math.max(2, availableParallelism());
/** How many threads there are at most, whatever they do: as many as fit into a quarter of the memory. */
const mostThreads = Math.max(64, Math.floor(totalmem() / 4 / (16 * 1024 * 1024)));
/** Milliseconds without a handled request after which requests that compute no longer keep others waiting. */
const patienceMilliseconds = 250;
/** Milliseconds in which a thread usually prepares its next instance. */
const preparingMilliseconds = 2;
/** Milliseconds after which an idle thread is stopped: starting and warming one up costs a second. The last one stays. */
const idleMilliseconds = 60_000;

interface Waiting {
  take(thread: HandlerThread): void;
  fail(reason: unknown): void;
}

/**
 * The threads of one handler. Each runs one request at a time. Requests that compute share the machine's cores; one that waits
 * or does not end keeps no other waiting.
 */
export class HandlerThreads {
  readonly #source: HandlerSource;
  /** Whether each request gets a new instance. */
  readonly #preparesEach: boolean;
  readonly #threads = new Set<HandlerThread>();
  /** Idle threads and since when, the longest first. */
  readonly #idle: { readonly thread: HandlerThread; readonly since: number }[] = [];
  readonly #queue: Waiting[] = [];
  readonly #cancels = new WeakMap<Promise<Response>, (reason: TenonError) => void>();
  #idleTimer: NodeJS.Timeout | undefined;
  #queueTimer: NodeJS.Timeout | undefined;
  /** When a request was handled or a thread was started. */
  #progress = 0;
  #closed: unknown;

  constructor(source: HandlerSource) {
    this.#source = source;
    this.#preparesEach = (source.limits.requests ?? 1) === 1;
  }

  /** Starts the first thread. @throws what instantiating the plugin throws */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      this.#await({
        take: (thread) => {
          this.#release(thread);
          resolve();
        },
        fail: reject,
      }),
    );
  }

  handle(request: Request): Promise<Response> {
    let cancel: (reason: TenonError) => void = () => {};
    const response = new Promise<Response>((resolve, reject) => {
      const waiting: Waiting = {
        fail: reject,
        take: (thread) => {
          cancel = (reason) => (reason.code === "TENON_CALL_ABORTED" ? thread.abandon(reason) : thread.end(reason));
          const over = () => {
            cancel = () => {};
          };
          const response = thread.handle(request);
          response.then(over, over);
          resolve(response);
        },
      };
      cancel = () => {
        const place = this.#queue.indexOf(waiting);
        if (place >= 0) this.#queue.splice(place, 1);
      };
      this.#await(waiting);
    });
    this.#cancels.set(response, (reason) => cancel(reason));
    return response;
  }

  /** Cancels a call by stopping the thread that runs it. */
  cancel(response: Promise<Response>, reason: TenonError): void {
    this.#cancels.get(response)?.(reason);
  }

  close(reason: unknown): void {
    this.#closed = reason;
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#queueTimer);
    for (const waiting of this.#queue.splice(0)) waiting.fail(reason);
    for (const thread of this.#threads) thread.end(reason);
  }

  #await(waiting: Waiting): void {
    if (this.#closed !== undefined) {
      waiting.fail(this.#closed);
      return;
    }
    this.#queue.push(waiting);
    this.#serve();
  }

  /** Gives waiting requests to idle threads, and starts a thread if none is left. */
  #serve(): void {
    // Before looking at what they do, so that none begins to wait unnoticed.
    if (this.#queue.length > 0) for (const thread of this.#threads) thread.tellsOfWaits(true);
    for (let more = this.#usable(); more > 0 && this.#queue.length > 0; more--) {
      this.#queue.shift()!.take(this.#takeIdle());
    }
    if (this.#queue.length === 0) {
      for (const thread of this.#threads) thread.tellsOfWaits(false);
      return;
    }
    if (this.#idle.length > 0) {
      this.#serveLater();
      return;
    }
    for (let more = Math.min(this.#queue.length, this.#startable()); more > 0; more--) this.#start();
    this.#serveLater();
  }

  /** Looks again in a while: a request that runs may never end. */
  #serveLater(): void {
    this.#queueTimer ??= setTimeout(() => {
      this.#queueTimer = undefined;
      this.#serve();
    }, patienceMilliseconds / 10);
  }

  #release(thread: HandlerThread): void {
    this.#idle.push({ thread, since: performance.now() });
    this.#idleTimer ??= setTimeout(() => this.#endIdle(), idleMilliseconds).unref();
  }

  /**
   * Returns the thread that became idle last: its caches are warm, and others can be stopped. Not one that still prepares its next
   * instance, which it need not if the last one serves on.
   */
  #takeIdle(): HandlerThread {
    const last = this.#idle.at(-1)!;
    const isPreparing =
      this.#preparesEach && this.#idle.length > 1 && performance.now() - last.since < preparingMilliseconds;
    const [{ thread }] = this.#idle.splice(isPreparing ? -2 : -1, 1) as [typeof last];
    return thread;
  }

  /**
   * How many idle threads may be given a request: more than there are cores would only take time from each other. A request
   * that has run for a while may never end, so it does not count.
   */
  #usable(): number {
    const now = performance.now();
    let spare = mostComputing;
    for (const { state, since } of this.#threads)
      if (state === "running" && now - since < patienceMilliseconds) spare--;
    return Math.min(spare, this.#idle.length);
  }

  /**
   * How many threads may start: one for each core that no request of this handler uses. If no request ends for a while, those
   * that compute may never end, and the number of threads doubles.
   */
  #startable(): number {
    let starting = 0;
    let running = 0;
    for (const { state } of this.#threads) {
      if (state === "starting") starting++;
      else if (state === "running") running++;
    }
    const computing = starting + running;
    const stuck = starting === 0 && performance.now() - this.#progress > patienceMilliseconds;
    const wanted = Math.max(mostComputing - computing, stuck ? this.#threads.size : 0);
    return Math.min(wanted, mostThreads - this.#threads.size);
  }

  #start(): void {
    const thread = new HandlerThread(this.#source);
    this.#threads.add(thread);
    this.#progress = performance.now();
    let starting = true;
    thread.waits = () => this.#serve();
    thread.changed = () => {
      this.#progress = performance.now();
      if (thread.state === "ended") {
        this.#threads.delete(thread);
        const place = this.#idle.findIndex((idle) => idle.thread === thread);
        if (place >= 0) this.#idle.splice(place, 1);
        // It never created an instance, so the next thread would fail in the same way.
        if (starting) this.#queue.shift()?.fail(thread.failure);
      } else {
        this.#release(thread);
      }
      starting = false;
      if (this.#closed === undefined) this.#serve();
    };
  }

  #endIdle(): void {
    this.#idleTimer = undefined;
    const last = performance.now() - idleMilliseconds;
    const idle = this.#idle.filter(({ since }) => since <= last).map(({ thread }) => thread);
    for (const thread of idle.slice(idle.length === this.#threads.size ? 1 : 0))
      thread.end(new Error("the thread is not needed"));
    if (this.#idle.length > 1) this.#idleTimer = setTimeout(() => this.#endIdle(), idleMilliseconds).unref();
  }
}
