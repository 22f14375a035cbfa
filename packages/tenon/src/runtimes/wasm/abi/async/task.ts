import type { Type } from "../../../../contract/core.js";
import { callAborted } from "../../../../errors/factories/call.js";
import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import type { TenonError } from "../../../../errors/index.js";
import type { CoreFunction } from "../code/options.js";
import { currentLimit } from "../state/call-limit.js";
import { CallScope } from "../state/call-scope.js";
import type { ComponentState } from "../state/component-state.js";
import type { RunningTask } from "../state/concurrency.js";
import { cannotEnter, leavesInstanceUsable, trap } from "../state/trap.js";
import { type Event, eventCodes, WaitableSet } from "../streams/waitable.js";

const callbackCodes = { exit: 0, yield: 1, wait: 2 } as const;

const cancelled: Event = [eventCodes.taskCancelled, 0, 0];
const nothing: Event = [eventCodes.none, 0, 0];

/**
 * One call of an asynchronous function of an instance, from its start to the end of its code, which may come long after its
 * result. Between callbacks, other tasks run.
 *
 * Source: Component Model, CanonicalABI.md, "Task State" and "canon lift".
 */
export class Task implements RunningTask {
  /** The handles that the call borrows. */
  readonly scope = new CallScope();
  readonly storage = [0, 0];
  readonly form: Type | undefined;
  /** Until when the running step may hold the thread. */
  limit = currentLimit();
  readonly #state: ComponentState;
  readonly #label: string;
  readonly #callback: CoreFunction | undefined;
  #cancellation: "none" | "requested" | "delivered" = "none";
  /** Wakes the task with the event that it was cancelled; set while it waits. */
  #wakeCancelled: (() => void) | undefined;
  #stopWaiting: (() => void) | undefined;
  #settled: { readonly value: unknown } | { readonly error: unknown } | undefined;
  #promise: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | undefined;

  /** @param callback the function that resumes the guest; without one, its code blocks while it waits. */
  constructor(state: ComponentState, label: string, callback: CoreFunction | undefined, form?: Type) {
    this.form = form;
    this.#state = state;
    this.#label = label;
    this.#callback = callback;
  }

  get label(): string {
    return this.#label;
  }

  /** Whether its code blocks while it waits, instead of returning to be called back. */
  get isStackful(): boolean {
    return this.#callback === undefined;
  }

  get isResolved(): boolean {
    return this.#settled !== undefined;
  }

  /**
   * Starts the task as soon as the instance allows it.
   *
   * @param enter calls the core function; returns its status, or a promise where its code may block.
   * @returns the result if there is one already, otherwise a promise.
   * @throws what the call throws
   */
  run(enter: () => unknown): unknown {
    const { concurrency } = this.#state;
    // Another task's code leaves the stack soon. A synchronous call may never do so: it may wait for this task.
    const willLeave = concurrency.suspendable > 0 || concurrency.current !== undefined;
    if (!this.#state.mayEnter && !willLeave) throw cannotEnter(this.#state, this.#label);
    concurrency.dependents.add(this);
    this.#wakeCancelled = () => this.#end(callAborted(`${this.#label}()`));
    const begin = () => {
      if (this.#settled === undefined) this.#step(enter);
    };
    if (concurrency.isClosed) concurrency.waitToEnter(() => concurrency.takeTurn(this.#state, begin));
    else concurrency.takeTurn(this.#state, begin);
    return this.#answer();
  }

  /** Sets the result: the value given to `task.return`. */
  resolve(value: unknown): void {
    this.#mustBeOpen("task.return");
    this.#settled = { value };
    this.#promise?.resolve(value);
  }

  /** Sets the result to an error: the error case of a `result`. */
  reject(error: unknown): void {
    this.#mustBeOpen("task.return");
    this.#settle(error);
  }

  /** `task.cancel`: the task confirms that it was cancelled. */
  cancel(): void {
    if (this.#cancellation !== "delivered")
      throw abiViolation(this.#state.subject, `${this.#label}() calls task.cancel, but was not cancelled`);
    this.#mustBeOpen("task.cancel");
    this.#settle(callAborted(`${this.#label}()`));
  }

  /** Asks the task to stop. It may still return a result. */
  requestCancellation(): void {
    if (this.isResolved || this.#cancellation !== "none") return;
    this.#cancellation = "requested";
    const wake = this.#wakeCancelled;
    if (wake === undefined) return;
    this.#cancellation = "delivered";
    wake();
  }

  /** Returns whether the task was cancelled, and marks that as delivered to the guest. */
  takeCancellation(): boolean {
    if (this.#cancellation !== "requested") return false;
    this.#cancellation = "delivered";
    return true;
  }

  /** Fails the task because its instance has failed or was closed. */
  fail(error: TenonError): void {
    this.#wakeCancelled = undefined;
    if (this.#settled === undefined) this.#settle(error);
  }

  /** Ends a waiting task whose result was set while other code ran. Its own code is not called again. */
  leave(): void {
    this.#stopWaiting?.();
    this.#wakeCancelled = undefined;
    this.#exit();
  }

  #mustBeOpen(builtIn: string): void {
    const { subject } = this.#state;
    if (this.isResolved) throw abiViolation(subject, `${this.#label}() calls ${builtIn} after it has returned`);
    const { borrows } = this.scope;
    if (borrows > 0)
      throw abiViolation(subject, `${this.#label}() calls ${builtIn} while it still holds ${borrows} borrowed handles`);
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

  /** Continues after code that the engine may have suspended. */
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

  /** Called when the code has left the stack. */
  #left(): void {
    const state = this.#state;
    state.concurrency.current = undefined;
    if (state.trapped !== undefined) return;
    state.mayEnter = true;
    state.concurrency.left(state);
  }

  /** Does what the status that the code returned asks for: exit, yield or wait. */
  #after(status: number): void {
    const state = this.#state;
    if (state.trapped !== undefined) throw state.trapped;
    const code = this.#callback === undefined ? callbackCodes.exit : status & 0xf;
    if (code === callbackCodes.exit) {
      this.#exit();
    } else if (code === callbackCodes.yield) {
      // Yield to everything else that the host has to do, so that a guest that yields in a loop cannot block it.
      const turn = setImmediate(() => this.#resume(this.takeCancellation() ? cancelled : nothing));
      this.#wakeCancelled = () => {
        clearImmediate(turn);
        this.#resume(cancelled);
      };
    } else if (code === callbackCodes.wait) {
      this.#wait(state.handles.get(status >>> 4, WaitableSet, "waitable set"));
    } else throw abiViolation(state.subject, `${this.#label}() returned the unknown status ${status}`);
  }

  #exit(): void {
    if (!this.isResolved) throw abiViolation(this.#state.subject, `${this.#label}() ended without calling task.return`);
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
    // Take the event only when the task resumes: it may have ended by then.
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
    state.concurrency.takeTurn(state, () => {
      this.limit = this.limit?.renewed();
      this.#step(() => this.#callback!(...event));
    });
  }

  #broke(thrown: unknown): void {
    const state = this.#state;
    state.concurrency.dependents.delete(this);
    let tellOthers = () => {};
    let error = thrown;
    if (leavesInstanceUsable(thrown, state)) state.mayLeave = true;
    else error = trap(state, thrown, this.#label, (tell) => (tellOthers = tell));
    if (this.#settled === undefined) this.#settle(error);
    // The caller learns of the failure before the plugin is reported as crashed.
    queueMicrotask(() => tellOthers());
  }
}

const tasks = new WeakMap<object, Task>();

/**
 * Asks an asynchronous function to stop, by the promise that the call returned. If the plugin agrees, the promise rejects
 * with TENON_CALL_ABORTED.
 *
 * @returns whether the promise belongs to such a call; otherwise nothing happens.
 */
export function requestCancellation(answer: unknown): boolean {
  const task = typeof answer === "object" && answer !== null ? tasks.get(answer) : undefined;
  task?.requestCancellation();
  return task !== undefined;
}
