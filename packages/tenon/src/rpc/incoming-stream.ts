import { streamBroken } from "../errors/factories/call.js";
import { isTenonError, type TenonError } from "../errors/index.js";
import { Unreadable } from "./codec/index.js";

/** What an incoming stream requests from the other side. */
export interface StreamSource {
  pull(id: number, count: number): void;
  stop(id: number): void;
  /** Called with `true` when a reader begins to wait for an element, and with `false` when none waits any more. */
  hold(active: boolean): void;
}

/** An element, and how to release what it carries if it is never read. */
interface Element {
  readonly value: unknown;
  readonly refuse: (() => void) | undefined;
}

interface Waiter {
  resolve(step: IteratorResult<unknown>): void;
  reject(error: TenonError): void;
}

const done: IteratorResult<unknown> = { done: true, value: undefined };

/** About how many bytes the elements of a window have. */
export const windowBytes = 1024 * 1024;
/** How many elements are requested while their size is not known. */
const firstItems = 2;

/**
 * The reading end of a stream. Requests a window of elements when it is first read, and more as elements are taken, so
 * that the writer is never ahead by more than the window. The larger the elements are, the fewer it requests.
 */
export class IncomingStream implements AsyncIterableIterator<unknown> {
  readonly #id: number;
  readonly #most: number;
  readonly #source: StreamSource;
  /** How many elements may be requested or unread. */
  #window: number;
  #largest = 0;
  #queue: Element[] = [];
  #waiting: Waiter[] = [];
  #granted = 0;
  #started = false;
  #stopped = false;
  #ended = false;
  #error: TenonError | undefined;

  /**
   * @param window the most elements to request.
   * @param isVariable whether elements can be of any size, so that the first ones show how many to request.
   */
  constructor(id: number, window: number, isVariable: boolean, source: StreamSource) {
    this.#id = id;
    this.#most = window;
    this.#window = isVariable ? firstItems : window;
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    const element = this.#queue.shift();
    if (element !== undefined) {
      this.#pull();
      return Promise.resolve({ done: false, value: element.value });
    }
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#ended || this.#stopped) return Promise.resolve(done);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length === 1) this.#source.hold(true);
      this.#started = true;
      this.#pull();
    });
  }

  return(): Promise<IteratorResult<unknown>> {
    this.cancel();
    return Promise.resolve(done);
  }

  /** Stops reading: releases what is queued, and tells the writer to stop. */
  cancel(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const { refuse } of this.#queue.splice(0)) refuse?.();
    this.#error = undefined;
    this.#answerAll((waiter) => waiter.resolve(done));
    if (!this.#ended) this.#source.stop(this.#id);
  }

  /** Takes an element of so many bytes. @throws Unreadable if the writer sent more than was requested. */
  push(value: unknown, size: number, refuse: (() => void) | undefined): void {
    if (this.#granted === 0) throw new Unreadable("a stream sends more elements than were requested");
    this.#granted--;
    this.#largest = Math.max(this.#largest, size, 1);
    this.#window = Math.max(1, Math.min(this.#most, Math.round(windowBytes / this.#largest)));
    if (this.#stopped) {
      refuse?.();
      return;
    }
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#queue.push({ value, refuse });
      return;
    }
    if (this.#waiting.length === 0) this.#source.hold(false);
    this.#pull();
    waiter.resolve({ done: false, value });
  }

  /** Ends the stream, with or without an error. What arrived before can still be read. */
  finish(cause?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    if (cause === undefined || this.#stopped) {
      this.#answerAll((waiter) => waiter.resolve(done));
      return;
    }
    const error = isTenonError(cause, "TENON_STREAM_BROKEN") ? cause : streamBroken(cause);
    if (this.#waiting.length === 0) this.#error = error;
    this.#answerAll((waiter) => waiter.reject(error));
  }

  /** Ends the stream because an element cannot be used: rejects the reader, and stops the writer. */
  fail(cause: TenonError): void {
    if (this.#stopped || this.#ended) return;
    this.finish(cause);
    this.#stopped = true;
    this.#source.stop(this.#id);
  }

  #pull(): void {
    if (this.#ended || this.#stopped || !this.#started) return;
    const count = this.#window - this.#granted - this.#queue.length;
    // Not each one on its own: half a window at a time.
    if (count * 2 < this.#window) return;
    this.#granted += count;
    this.#source.pull(this.#id, count);
  }

  #answerAll(answer: (waiter: Waiter) => void): void {
    if (this.#waiting.length === 0) return;
    this.#source.hold(false);
    for (const waiter of this.#waiting.splice(0)) answer(waiter);
  }
}
