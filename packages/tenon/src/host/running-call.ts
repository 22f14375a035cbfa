import { types } from "node:util";
import { callDeadline } from "../errors/factories/call.js";
import { callCancelled } from "../errors/factories/host-call.js";
import type { TenonError } from "../errors/index.js";
import type { Leaving } from "../observation/call-series.js";
import { type ContextCall, type Follower, Followers, millisecondsUntil, shorter } from "../runtime/call-context.js";
import type { CallControl, Metadata, Scope } from "../runtime/index.js";
import { forgetAbort, onAbort } from "./abort-listeners.js";
import type { Cell, Generation } from "./cell.js";
import { type Expiring, expireAfter } from "./deadlines.js";
import type { Invocation } from "./invocation.js";

/** What a call has of its caller. */
export interface Caller {
  /** Milliseconds; 0 for none. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly metadata: Metadata | undefined;
  /** The call that makes this one. */
  readonly outer: ContextCall | undefined;
}

/** What a call occupies besides its cell. */
export interface RunningOptions extends Caller {
  /** What was lent to the plugin for this call. */
  readonly scope: Scope | undefined;
  /** What the call leaves at its end. */
  readonly gate: Leaving | undefined;
}

/**
 * One call that runs. It settles its caller's promise with whatever comes first: the result, the deadline, the caller's
 * signal, or the end of the instance; and it is over then. The other side learns of a cancellation through the
 * {@link CallControl}. The signal for the other side is made only if that side reads it.
 */
export class RunningCall implements CallControl, ContextCall, Expiring, Follower {
  due = Number.POSITIVE_INFINITY;
  onCancel: ((reason: TenonError) => void) | undefined;
  readonly deadline: number;
  readonly metadata: Metadata | undefined;
  readonly #invocation: Invocation;
  readonly #cell: Cell;
  readonly #options: RunningOptions;
  readonly #generation: Generation;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  #isOver = false;
  #controller: AbortController | undefined;
  #followers: Followers | undefined;
  reason: TenonError | undefined;
  #timer: { remove(entry: Expiring): void } | undefined;
  #onAbort: (() => void) | undefined;

  /** The cell is open, and counts the call as running from here on. */
  constructor(
    invocation: Invocation,
    cell: Cell,
    options: RunningOptions,
    resolve: (value: unknown) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#invocation = invocation;
    this.#cell = cell;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#generation = cell.enter(this);
    const { deadline, signal, metadata, outer } = options;
    this.deadline = outer === undefined ? deadline : shorter(deadline, millisecondsUntil(outer.due));
    this.metadata = metadata;
    if (deadline > 0) this.#timer = expireAfter(deadline, this);
    outer?.follow(this);
    if (signal !== undefined) {
      this.#onAbort = () => this.cancel(callCancelled(`${invocation.label}()`, signal.reason));
      onAbort(signal, this.#onAbort);
    }
  }

  /** Takes what the plugin's function returned. */
  take(answer: unknown): void {
    if (isPromise(answer)) this.followPromise(answer);
    else this.#answered(answer);
  }

  /** @param direct whether the plugin's own code made the promise, so that it may reject with anything. */
  followPromise(answer: PromiseLike<unknown>, direct = false): void {
    asPromise(answer).then(
      (value) => this.#answered(value),
      (thrown: unknown) => this.failed(direct && !this.#isOver ? this.#invocation.thrown(this.#cell, thrown) : thrown),
    );
  }

  failed(thrown: unknown): void {
    if (this.#isOver) return;
    this.#fail(thrown);
  }

  get call(): this {
    return this;
  }

  get ended(): boolean {
    return this.#isOver && this.reason === undefined;
  }

  get cancelled(): boolean {
    return this.reason !== undefined;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.reason !== undefined) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  follow(follower: Follower): void {
    this.#followers ??= new Followers();
    this.#followers.add(follower);
  }

  unfollow(follower: Follower): void {
    this.#followers?.delete(follower);
  }

  outerCancelled(reason: TenonError): void {
    this.cancel(cancelledWith(`${this.#invocation.label}()`, reason, this.deadline));
  }

  expire(): void {
    this.cancel(callDeadline(`${this.#invocation.label}()`, this.deadline));
  }

  /** Rejects the caller's promise immediately, and tells the other side. */
  cancel(reason: TenonError): void {
    if (this.#isOver) return;
    this.reason = reason;
    this.#fail(reason);
    this.onCancel?.(reason);
    this.#controller?.abort(reason);
    this.#followers?.cancel(reason);
  }

  #answered(value: unknown): void {
    if (this.#isOver) {
      this.#invocation.release(this.#cell, value);
      return;
    }
    try {
      const finished = this.#invocation.finish(this.#cell, value, "async");
      // Reading the value may run code that closes the plugin.
      if (this.#isOver) return;
      this.#end();
      this.#options.gate?.leave();
      this.#resolve(finished);
    } catch (thrown) {
      this.failed(thrown);
    }
  }

  #fail(thrown: unknown): void {
    this.#end();
    const error = this.#invocation.failed(this.#cell, thrown);
    this.#options.gate?.leave(error);
    this.#reject(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#timer?.remove(this);
    const { signal, scope, outer } = this.#options;
    outer?.unfollow(this);
    if (this.#onAbort !== undefined && signal !== undefined) forgetAbort(signal, this.#onAbort);
    if (scope !== undefined) this.#cell.boundary.endScope(scope);
    this.#cell.leave(this.#generation, this);
  }
}

/** The error for a call whose outer call was cancelled, or has reached its deadline, which then is that of both. */
export function cancelledWith(call: string, reason: TenonError, deadline: number): TenonError {
  return reason.code === "TENON_CALL_DEADLINE" ? callDeadline(call, deadline) : callCancelled(call, reason);
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** What a plugin returns need not be a real promise, and reading its `then` may throw. */
function asPromise(value: PromiseLike<unknown>): Promise<unknown> {
  return types.isPromise(value) && value.constructor === Promise ? value : new Promise((resolve) => resolve(value));
}
