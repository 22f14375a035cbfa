import { errors, type TenonError } from "../../../../errors/index.js";
import { CallScope } from "../call-scope.js";
import type { ComponentState } from "../component-state.js";
import type { CoreFunction } from "../options.js";
import { abiError, leavesIntact, refusal, trap } from "../trap.js";
import type { Dependent } from "./concurrency.js";
import { type Event, eventCodes, WaitableSet } from "./waitable.js";

const callbackCodes = { exit: 0, yield: 1, wait: 2 } as const;

const cancelled: Event = [eventCodes.taskCancelled, 0, 0];
const nothing: Event = [eventCodes.none, 0, 0];

/**
 * One call of an asynchronous function of an instance: from its start to the end of its code, which may come long after
 * its answer. Between callbacks, others run.
 *
 * Source: Component Model, CanonicalABI.md, "Task State" and "canon lift".
 */
export class Task implements Dependent {
  /** What the call was lent. */
  readonly scope = new CallScope();
  readonly storage = [0, 0];
  readonly #state: ComponentState;
  readonly #label: string;
  readonly #callback: CoreFunction | undefined;
  #cancellation: "none" | "requested" | "delivered" = "none";
  /** Ends the waiting with the event that the task was cancelled, while it waits. */
  #wakeCancelled: (() => void) | undefined;
  #stopWaiting: (() => void) | undefined;
  #settled: { readonly value: unknown } | { readonly error: unknown } | undefined;
  #promise: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | undefined;

  /** @param callback what the guest is called back with; without, its code waits where it stands. */
  constructor(state: ComponentState, label: string, callback: CoreFunction | undefined) {
    this.#state = state;
    this.#label = label;
    this.#callback = callback;
  }

  get label(): string {
    return this.#label;
  }

  /** Whether its code waits where it stands, and not by returning. */
  get isStackful(): boolean {
    return this.#callback === undefined;
  }

  get isResolved(): boolean {
    return this.#settled !== undefined;
  }

  /**
   * Begins, when the instance lets it.
   *
   * @param enter calls the core function; returns its status, or a promise where its code may wait on the stack.
   * @returns the answer where there is one already, otherwise a promise.
   * @throws as the call itself
   */
  run(enter: () => unknown): unknown {
    const { concurrency } = this.#state;
    // Another task's code leaves the stack soon; a synchronous call may wait for this very one.
    const willLeave = concurrency.suspendable > 0 || concurrency.current !== undefined;
    if (!this.#state.mayEnter && !willLeave) throw refusal(this.#state, this.#label);
    concurrency.dependents.add(this);
    this.#wakeCancelled = () => this.#end(aborted(this.#label));
    const begin = () => {
      if (this.#settled === undefined) this.#step(enter);
    };
    if (concurrency.isClosed) concurrency.waitToEnter(() => concurrency.takeTurn(this.#state, begin));
    else concurrency.takeTurn(this.#state, begin);
    return this.#answer();
  }

  /** The answer: what `task.return` was given. */
  resolve(value: unknown): void {
    this.#mustBeOpen("returns");
    this.#settled = { value };
    this.#promise?.resolve(value);
  }

  /** The answer is an error: the error case of a result. */
  reject(error: unknown): void {
    this.#mustBeOpen("returns");
    this.#settle(error);
  }

  /** `task.cancel`: the task gives up, as it was asked to. */
  cancel(): void {
    if (this.#cancellation !== "delivered")
      throw abiError(this.#state.subject, `${this.#label}() gives up and was not asked to`);
    this.#mustBeOpen("gives up");
    this.#settle(aborted(this.#label));
  }

  /** Asks the task to give up. It may answer all the same. */
  requestCancellation(): void {
    if (this.isResolved || this.#cancellation !== "none") return;
    this.#cancellation = "requested";
    const wake = this.#wakeCancelled;
    if (wake === undefined) return;
    this.#cancellation = "delivered";
    wake();
  }

  /** Whether a request to give up has come and is told now. */
  takeCancellation(): boolean {
    if (this.#cancellation !== "requested") return false;
    this.#cancellation = "delivered";
    return true;
  }

  /** The instance is gone. */
  fail(error: TenonError): void {
    this.#wakeCancelled = undefined;
    if (this.#settled === undefined) this.#settle(error);
  }

  /** Ends a task that waits, and whose answer was given while other code ran: its own is not called any more. */
  leave(): void {
    this.#stopWaiting?.();
    this.#wakeCancelled = undefined;
    this.#exit();
  }

  #mustBeOpen(does: string): void {
    const { subject } = this.#state;
    if (this.isResolved) throw abiError(subject, `${this.#label}() ${does} a second time`);
    const { borrows } = this.scope;
    if (borrows > 0)
      throw abiError(subject, `${this.#label}() ${does} while it holds ${borrows} handles that it has only borrowed`);
  }

  #settle(error: unknown): void {
    this.#settled = { error };
    this.#promise?.reject(error);
  }

  #end(error: TenonError): void {
    this.#state.concurrency.dependents.delete(this);
    if (this.#settled === undefined) this.#settle(error);
  }

  #answer(): unknown {
    const settled = this.#settled;
    if (settled === undefined) {
      const promise = new Promise((resolve, reject) => {
        this.#promise = { resolve, reject };
      });
      tasks.set(promise, this);
      return promise;
    }
    if ("error" in settled) throw settled.error;
    return settled.value;
  }

  /** Runs code of the guest until it waits or ends. */
  #step(code: () => unknown): void {
    const state = this.#state;
    const { concurrency } = state;
    this.#wakeCancelled = undefined;
    state.mayEnter = false;
    const { storage } = concurrency;
    concurrency.current = this;
    concurrency.storage = this.storage;
    let status: unknown;
    try {
      status = code();
      if (!(status instanceof Promise)) this.#after(status as number);
    } catch (thrown) {
      this.#broke(thrown);
    }
    concurrency.storage = storage;
    if (!(status instanceof Promise)) this.#left();
    else this.#follow(status);
  }

  /** Code that the engine may have suspended: it comes back when it has returned. */
  #follow(status: Promise<unknown>): void {
    this.#state.concurrency.suspendable++;
    status
      .then((code) => this.#after(code as number))
      .catch((thrown) => this.#broke(thrown))
      .finally(() => {
        this.#state.concurrency.suspendable--;
        this.#left();
      });
  }

  /** The code has left the stack. */
  #left(): void {
    const state = this.#state;
    state.concurrency.current = undefined;
    if (state.trapped !== undefined) return;
    state.mayEnter = true;
    state.concurrency.left(state);
  }

  /** What the guest wants next, from the status that its code returned. */
  #after(status: number): void {
    const state = this.#state;
    if (state.trapped !== undefined) throw state.trapped;
    const code = this.#callback === undefined ? callbackCodes.exit : status & 0xf;
    if (code === callbackCodes.exit) {
      this.#exit();
    } else if (code === callbackCodes.yield) {
      // After what else the host has to do, so that a guest which yields for ever does not stop it.
      const turn = setImmediate(() => this.#resume(this.takeCancellation() ? cancelled : nothing));
      this.#wakeCancelled = () => {
        clearImmediate(turn);
        this.#resume(cancelled);
      };
    } else if (code === callbackCodes.wait) {
      this.#wait(state.handles.get(status >>> 4, WaitableSet, "waitable set"));
    } else throw abiError(state.subject, `${this.#label}() returns the status ${status}, which means nothing`);
  }

  #exit(): void {
    if (!this.isResolved) throw abiError(this.#state.subject, `${this.#label}() ended without an answer`);
    this.#state.concurrency.dependents.delete(this);
  }

  #wait(set: WaitableSet): void {
    if (this.takeCancellation()) {
      queueMicrotask(() => this.#resume(cancelled));
      return;
    }
    let awake = false;
    const waiter = () => {
      if (awake) return;
      awake = true;
      queueMicrotask(() => {
        awake = false;
        if (!set.waiting.has(waiter)) return;
        const event = set.takeEvent();
        if (event === undefined) return;
        set.waiting.delete(waiter);
        this.#resume(event);
      });
    };
    set.waiting.add(waiter);
    // Taken when it is told: until then the task may have left.
    if (set.hasEvent) waiter();
    this.#stopWaiting = () => set.waiting.delete(waiter);
    this.#wakeCancelled = () => {
      set.waiting.delete(waiter);
      this.#resume(cancelled);
    };
  }

  #resume(event: Event): void {
    const state = this.#state;
    if (state.trapped !== undefined || !state.concurrency.dependents.has(this)) return;
    this.#wakeCancelled = undefined;
    state.concurrency.takeTurn(state, () => this.#step(() => this.#callback!(...event)));
  }

  #broke(thrown: unknown): void {
    const state = this.#state;
    state.concurrency.dependents.delete(this);
    let tellOthers = () => {};
    let error = thrown;
    if (leavesIntact(thrown, state)) state.mayLeave = true;
    else error = trap(state, thrown, this.#label, (tell) => (tellOthers = tell));
    if (this.#settled === undefined) this.#settle(error);
    // Whoever made this call hears of it before the plugin is lost to all.
    queueMicrotask(() => tellOthers());
  }
}

const tasks = new WeakMap<object, Task>();

/**
 * Asks a call of an asynchronous function to give up, by the promise that it answered with. The promise is rejected with
 * TENON_CALL_ABORTED when the plugin agrees.
 *
 * @returns whether the promise is one of such a call; other values are left alone.
 */
export function requestCancellation(answer: unknown): boolean {
  const task = typeof answer === "object" && answer !== null ? tasks.get(answer) : undefined;
  task?.requestCancellation();
  return task !== undefined;
}

function aborted(label: string): TenonError {
  return errors.TENON_CALL_ABORTED({ message: `${label}() was cancelled`, subject: label });
}
