import type { Type } from "../../../../contract/core.js";
import { holdsReferences } from "../../../../contract/model/reach.js";
import { futureBroken, streamBroken } from "../../../../errors/factories/call.js";
import type { TenonError } from "../../../../errors/index.js";
import type { ComponentState } from "../state/component-state.js";
import type { Dependent } from "../state/concurrency.js";
import { GuestObject } from "../state/guest-object.js";
import { dropObject } from "../state/resources.js";
import { type Chunk, copyResults, type SharedStream, type Sink } from "./shared-stream.js";

/** The maximum number of elements of one read: of bytes, and of other values. */
const mostBytes = 65_536;
const mostValues = 64;

/**
 * Reads a guest's stream for the host. It reads when it is asked for an element, and keeps what one read returns beyond
 * that for the next call.
 */
export class HostReader implements AsyncIterableIterator<unknown>, Dependent {
  readonly #shared: SharedStream;
  readonly #state: ComponentState;
  readonly #form: Type | undefined;
  #items: unknown[] = [];
  #isDone = false;
  #failure: TenonError | undefined;
  #reading: { resolve: () => void; reject: (error: TenonError) => void } | undefined;

  /**
   * @param state the instance that passed the stream on: when it ends, so does the stream.
   * @param form as which the host has the elements: see `Sink.form`.
   */
  constructor(shared: SharedStream, state: ComponentState, form?: Type) {
    this.#shared = shared;
    this.#state = state;
    this.#form = form;
    state.concurrency.dependents.add(this);
    shared.onBroken = (cause) => this.fail(cause);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    while (this.#items.length === 0) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isDone) return { done: true, value: undefined };
      await this.#read();
    }
    return { done: false, value: this.#items.shift() };
  }

  async return(): Promise<IteratorResult<unknown>> {
    for (const item of this.#items) if (item instanceof GuestObject) dropObject(item.kind, item);
    this.#items = [];
    this.#end();
    this.#shared.drop();
    return { done: true, value: undefined };
  }

  /** Returns the stream itself for another instance to read, if nothing was read from it yet. */
  release(): SharedStream | undefined {
    if (this.#isDone || this.#items.length > 0 || this.#reading !== undefined) return undefined;
    this.#end();
    this.#shared.onBroken = undefined;
    return this.#shared;
  }

  fail(cause: TenonError): void {
    this.#failure = streamBroken(cause);
    this.#reading?.reject(this.#failure);
  }

  #end(): void {
    this.#isDone = true;
    this.#state.concurrency.dependents.delete(this);
  }

  #read(): Promise<void> {
    const sink = new HostSink(capacity(this.#shared.element), this.#form);
    const settled = new Promise<void>((resolve, reject) => {
      this.#reading = { resolve, reject };
    });
    let isTaken = false;
    const take = () => {
      if (isTaken) return;
      isTaken = true;
      this.#items = sink.items();
      this.#reading?.resolve();
      this.#reading = undefined;
    };
    this.#shared.read(sink, {
      owner: undefined,
      copied(reclaim) {
        const end = () => {
          reclaim();
          take();
        };
        // Guests write few values at a time: join what they write before they wait into one read.
        if (sink.remaining > 0) queueMicrotask(end);
        else end();
      },
      ended: (result) => {
        if (result === copyResults.dropped) this.#end();
        take();
      },
    });
    return settled;
  }
}

/** Reads the value of a guest's future. It starts immediately, because the guest may wait for that. */
export function readFuture(shared: SharedStream, state: ComponentState, form?: Type): Promise<unknown> {
  const sink = new HostSink(1, form);
  const promise = new Promise<unknown>((resolve, reject) => {
    const dependent = { fail: (cause: TenonError) => reject(futureBroken(cause)) };
    state.concurrency.dependents.add(dependent);
    shared.read(sink, {
      owner: undefined,
      copied: (reclaim) => reclaim(),
      ended: () => {
        state.concurrency.dependents.delete(dependent);
        if (shared.broken === undefined) resolve(sink.first());
        else dependent.fail(shared.broken);
        shared.drop();
      },
    });
  });
  // A future that is never read must not end the program with an unhandled rejection.
  promise.catch(() => {});
  return promise;
}

class HostSink implements Sink {
  remaining: number;
  readonly form: Type | undefined;
  readonly #chunks: Chunk[] = [];

  constructor(capacity: number, form: Type | undefined) {
    this.remaining = capacity;
    this.form = form;
  }

  put(chunk: Chunk): void {
    this.remaining -= typeof chunk === "number" ? chunk : chunk.length;
    this.#chunks.push(chunk);
  }

  /** The one element of a future. */
  first(): unknown {
    const [chunk] = this.#chunks;
    return typeof chunk === "number" ? undefined : chunk?.[0];
  }

  /** The elements as the host iterates them: bytes in chunks, everything else one by one. */
  items(): unknown[] {
    return this.#chunks.flatMap((chunk): readonly unknown[] =>
      chunk instanceof Uint8Array ? [chunk] : typeof chunk === "number" ? new Array(chunk).fill(undefined) : chunk,
    );
  }
}

/** Handles are read one by one, so that those the host never reads stay with the guest. */
function capacity(element: Type | undefined): number {
  if (element?.kind === "u8") return mostBytes;
  return element !== undefined && holdsReferences(element) ? 1 : mostValues;
}
