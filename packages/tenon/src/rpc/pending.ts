import type { AsyncResource } from "node:async_hooks";
import type { TenonError } from "../errors/index.js";
import type { ContextCall } from "../runtime/call-context.js";
import type { Exchange } from "./exchange.js";
import type { Stub } from "./stub.js";

/** Where a call was made. */
export interface Origin {
  /** The asynchronous context of the caller, with the stores of its program. */
  readonly resource: AsyncResource;
  readonly call: ContextCall | undefined;
}

/** A call that this side made and that is not answered yet. */
export class Pending {
  readonly id: number;
  /** The function, or the name of a control call. */
  readonly target: Stub | string;
  readonly exchange: Exchange | undefined;
  /** When the call expires, on the clock of `performance.now()`; infinite for never. */
  readonly due: number;
  /** How many milliseconds the call had when it was made, for the message. */
  readonly allowed: number;
  resolve!: (value: unknown) => void;
  reject!: (error: TenonError) => void;
  /** Stops listening to the caller's signal. */
  detach: (() => void) | undefined;
  /** The caller was already rejected by this side: what still arrives is released. */
  abandoned = false;
  /** The other side has answered. */
  answered = false;
  /** The other side has seen the cancellation. */
  seen = false;
  /** Stops the timer that waits for the cancellation to be confirmed. */
  acknowledged: (() => void) | undefined;
  /** What the functions run in that the other side calls for this call. */
  origin: Origin | undefined;

  constructor(id: number, target: Stub | string, exchange: Exchange | undefined, allowed: number) {
    this.id = id;
    this.target = target;
    this.exchange = exchange;
    this.allowed = allowed;
    this.due = allowed > 0 ? performance.now() + allowed : Number.POSITIVE_INFINITY;
  }

  get label(): string {
    return typeof this.target === "string" ? this.target : `${this.target.label}()`;
  }
}

/** Pending calls by number. A number is reused once its answer has arrived. */
export class PendingTable {
  readonly #slots: (Pending | undefined)[] = [];
  readonly #free: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #next = Number.POSITIVE_INFINITY;
  readonly #expired: (pending: Pending) => void;

  constructor(expired: (pending: Pending) => void) {
    this.#expired = expired;
  }

  reserve(): number {
    return this.#free.pop() ?? this.#slots.push(undefined) - 1;
  }

  unreserve(id: number): void {
    this.#free.push(id);
  }

  add(pending: Pending): void {
    this.#slots[pending.id] = pending;
    if (pending.due < this.#next) this.#arm(pending.due);
  }

  get(id: number): Pending | undefined {
    return this.#slots[id];
  }

  delete(id: number): void {
    this.#slots[id] = undefined;
    this.#free.push(id);
  }

  all(): readonly Pending[] {
    return this.#slots.filter((pending) => pending !== undefined);
  }

  /** Empties the table and returns what was in it. */
  clear(): readonly Pending[] {
    clearTimeout(this.#timer);
    this.#next = Number.POSITIVE_INFINITY;
    const pending = this.all();
    this.#slots.length = 0;
    return pending;
  }

  // One timer for all deadlines, set to the earliest: a call that returns in time never touches it.
  #arm(due: number): void {
    clearTimeout(this.#timer);
    this.#next = due;
    this.#timer = setTimeout(
      () => this.#sweep(),
      Math.min(Math.max(1, Math.ceil(due - performance.now())), 0x7fffffff),
    );
    this.#timer.unref();
  }

  #sweep(): void {
    this.#next = Number.POSITIVE_INFINITY;
    const now = performance.now();
    let earliest = Number.POSITIVE_INFINITY;
    for (const pending of this.#slots) {
      if (pending === undefined || pending.abandoned) continue;
      if (pending.due <= now) this.#expired(pending);
      else earliest = Math.min(earliest, pending.due);
    }
    if (earliest < this.#next) this.#arm(earliest);
  }
}
