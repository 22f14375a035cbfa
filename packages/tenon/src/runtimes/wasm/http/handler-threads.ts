import type { TenonError } from "../../../errors/index.js";
import type { Request, Response } from "./exchange.js";
import { type HandlerSource, HandlerThread } from "./handler-thread.js";

/** How many requests run at the same time; others wait. */
const mostThreads = 16;
/** Milliseconds after which an idle thread is stopped. The last one stays. */
const idleMilliseconds = 10_000;

interface Waiting {
  take(thread: HandlerThread): void;
  fail(reason: unknown): void;
}

/** The threads of one handler: one for each running request, up to a limit. */
export class HandlerThreads {
  readonly #source: HandlerSource;
  readonly #threads = new Set<HandlerThread>();
  readonly #queue: Waiting[] = [];
  readonly #cancels = new WeakMap<Promise<Response>, (reason: TenonError) => void>();
  #timer: NodeJS.Timeout | undefined;
  #closed: unknown;

  constructor(source: HandlerSource) {
    this.#source = source;
  }

  /** Starts the first thread. @throws what instantiating the plugin throws */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.#await({ take: () => resolve(), fail: reject }));
  }

  handle(request: Request): Promise<Response> {
    let cancel: (reason: TenonError) => void = () => {};
    const response = new Promise<Response>((resolve, reject) => {
      const waiting: Waiting = {
        fail: reject,
        take(thread) {
          cancel = (reason) => thread.end(reason);
          thread
            .handle(request)
            .then(resolve, reject)
            .finally(() => {
              cancel = () => {};
            });
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
    clearTimeout(this.#timer);
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

  /** Assigns idle threads to waiting requests, and starts more threads. */
  #serve(): void {
    for (const thread of this.#threads) {
      if (!thread.idle) continue;
      const waiting = this.#queue.shift();
      if (waiting === undefined) break;
      waiting.take(thread);
    }
    const starting = [...this.#threads].filter(({ starting }) => starting).length;
    for (let more = this.#queue.length - starting; more > 0 && this.#threads.size < mostThreads; more--) this.#add();
  }

  #add(): void {
    const thread = new HandlerThread(this.#source);
    this.#threads.add(thread);
    thread.changed = () => {
      if (thread.failure !== undefined) {
        this.#threads.delete(thread);
        // It never created an instance, so the next thread would fail in the same way.
        if (thread.starting) this.#queue.shift()?.fail(thread.failure);
      }
      if (this.#closed !== undefined) return;
      this.#serve();
      this.#endIdleLater();
    };
  }

  #endIdleLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const idle = [...this.#threads].filter(({ idle }) => idle);
      const kept = idle.length === this.#threads.size ? 1 : 0;
      for (const thread of idle.slice(kept)) thread.end(new Error("the thread is not needed"));
    }, idleMilliseconds);
    this.#timer.unref();
  }
}
