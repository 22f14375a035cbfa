import type { Type } from "../../../../contract/core.js";
import { errors, type TenonError } from "../../../../errors/index.js";
import type { ComponentState } from "../component-state.js";
import { GuestObject } from "../guest-object.js";
import { dropObject } from "../resources.js";
import type { Dependent } from "./concurrency.js";
import { type Chunk, copyResults, type SharedStream, type Sink } from "./shared-stream.js";

/** Most elements that are taken at once of what the guest has written: its bytes, and its other values. */
const mostBytes = 65_536;
const mostValues = 64;

/**
 * A guest's stream as the host reads it. Read when it is asked for an element; what one reading brings beyond that is
 * kept for the next.
 */
export class HostReader implements AsyncIterableIterator<unknown>, Dependent {
  readonly #shared: SharedStream;
  readonly #state: ComponentState;
  #items: unknown[] = [];
  #isDone = false;
  #failure: TenonError | undefined;
  #reading: { resolve: () => void; reject: (error: TenonError) => void } | undefined;

  /** @param state of the instance that gave the stream away: with it ends the stream. */
  constructor(shared: SharedStream, state: ComponentState) {
    this.#shared = shared;
    this.#state = state;
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

  /** The stream itself, for another instance to read: nothing may have been read of it. */
  release(): SharedStream | undefined {
    if (this.#isDone || this.#items.length > 0 || this.#reading !== undefined) return undefined;
    this.#end();
    this.#shared.onBroken = undefined;
    return this.#shared;
  }

  fail(cause: TenonError): void {
    this.#failure = broken(this.#shared.kind, cause);
    this.#reading?.reject(this.#failure);
  }

  #end(): void {
    this.#isDone = true;
    this.#state.concurrency.dependents.delete(this);
  }

  #read(): Promise<void> {
    const sink = new HostSink(capacity(this.#shared.element));
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
        // Guests write few values at a time: what they write before they wait joins in one reading.
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

/** The value of a guest's future. Read at once, since a guest may wait for that. */
export function readFuture(shared: SharedStream, state: ComponentState): Promise<unknown> {
  const sink = new HostSink(1);
  const promise = new Promise<unknown>((resolve, reject) => {
    const dependent = { fail: (cause: TenonError) => reject(broken("future", cause)) };
    state.concurrency.dependents.add(dependent);
    shared.read(sink, {
      owner: undefined,
      copied: (reclaim) => reclaim(),
      ended: () => {
        state.concurrency.dependents.delete(dependent);
        const [item] = sink.items();
        if (shared.broken === undefined) resolve(item);
        else dependent.fail(shared.broken);
        shared.drop();
      },
    });
  });
  // Whoever awaits it is told; a future that nobody reads must not end the program.
  promise.catch(() => {});
  return promise;
}

class HostSink implements Sink {
  remaining: number;
  readonly #chunks: Chunk[] = [];

  constructor(capacity: number) {
    this.remaining = capacity;
  }

  put(chunk: Chunk): void {
    this.remaining -= typeof chunk === "number" ? chunk : chunk.length;
    this.#chunks.push(chunk);
  }

  /** As they are iterated: bytes in pieces, everything else one by one. */
  items(): unknown[] {
    return this.#chunks.flatMap((chunk): readonly unknown[] =>
      chunk instanceof Uint8Array ? [chunk] : typeof chunk === "number" ? new Array(chunk).fill(undefined) : chunk,
    );
  }
}

/** Objects are taken one by one: those that nobody reads stay with their maker. */
function capacity(element: Type | undefined): number {
  if (element?.kind === "u8") return mostBytes;
  return element !== undefined && holdsHandles(element) ? 1 : mostValues;
}

function holdsHandles(type: Type): boolean {
  switch (type.kind) {
    case "own":
    case "borrow":
    case "stream":
    case "future":
      return true;
    case "list":
      return holdsHandles(type.element);
    case "option":
      return holdsHandles(type.some);
    case "tuple":
      return type.items.some(holdsHandles);
    case "record":
      return type.fields.some((field) => holdsHandles(field.type));
    case "variant":
      return type.cases.some((item) => item.type !== undefined && holdsHandles(item.type));
    case "result":
      return [type.ok, type.err].some((side) => side !== undefined && holdsHandles(side));
    default:
      return false;
  }
}

function broken(kind: "stream" | "future", cause: TenonError): TenonError {
  return errors.TENON_STREAM_BROKEN({ message: `the ${kind} ended early: ${cause.message}`, cause });
}
