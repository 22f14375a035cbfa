import type { Type } from "../../../../contract/core.js";
import type { TenonError } from "../../../../errors/index.js";
import { type CallLimit, currentLimit } from "./call-limit.js";
import type { CallScope } from "./call-scope.js";

/** Something that depends on an instance and fails with it: a task, a stream, a future. */
export interface Dependent {
  fail(error: TenonError): void;
}

/** A task, as other code of its instance sees it: see `Task`. */
export interface RunningTask extends Dependent {
  readonly label: string;
  /** The type of its result, if that may differ from the one that `task.return` names: see `componentForm`. */
  readonly form: Type | undefined;
  readonly scope: CallScope;
  readonly limit: CallLimit | undefined;
  readonly isStackful: boolean;
  readonly isResolved: boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  cancel(): void;
  takeCancellation(): boolean;
  leave(): void;
}

/** Whether code of an instance is on the stack, and whether any may run again. */
interface Entrance {
  readonly mayEnter: boolean;
  readonly trapped: TenonError | undefined;
}

/**
 * The concurrent work of one component instance: its tasks, of which one runs while the others wait, and the streams and
 * futures between it and the host.
 */
export class Concurrency {
  /** The task whose code is running. A synchronous call has none. */
  current: RunningTask | undefined = undefined;
  /** Whether the guest asks how a stream or future of the host ended, so that it can learn of a failure. */
  observesStreamFailures = false;
  /** Reports a failed host function to the guest; set where the guest's library asks for it. */
  reportFailure: ((error: TenonError) => void) | undefined = undefined;
  /** The task that a guest with its own scheduler (Go) returns a result for, where that is not the running one. */
  selected: RunningTask | undefined = undefined;
  /** Set by the first definition that needs a task. Until then, calls skip the bookkeeping. */
  used = false;
  /** Whether the instance's code may yield in a loop, so that its calls need a {@link limit}. */
  yields = false;
  /** The limit of a call that was lifted synchronously and that the engine may suspend. */
  waiting: { readonly limit: CallLimit | undefined } | undefined = undefined;
  /** How many steps of tasks may be suspended by the engine. */
  suspendable = 0;
  /** Whether the instance's code can use task-local storage. */
  hasStorage = false;
  /** The task-local storage of the running code. */
  storage: number[] = [0, 0];
  readonly dependents = new Set<Dependent>();
  readonly #entering: (() => void)[] = [];
  readonly #turns: (() => void)[] = [];
  #backpressure = 0;

  /** Until when the running call may run, if it has a limit. */
  get limit(): CallLimit | undefined {
    return (this.current ?? this.waiting)?.limit ?? currentLimit();
  }

  /** Whether a new task must wait before it begins. */
  get isClosed(): boolean {
    return this.#backpressure > 0 || this.#entering.length > 0;
  }

  get backpressure(): number {
    return this.#backpressure;
  }

  /** Above 0, new tasks wait. */
  set backpressure(value: number) {
    this.#backpressure = value;
    if (value === 0 && this.#entering.length > 0) queueMicrotask(() => this.#admit());
  }

  /** Runs `begin` once new tasks may start. */
  waitToEnter(begin: () => void): void {
    this.#entering.push(begin);
  }

  /** Runs `turn` as soon as no code of the instance is on the stack. */
  takeTurn(state: Entrance, turn: () => void): void {
    if (state.mayEnter) turn();
    else if (state.trapped === undefined) this.#turns.push(turn);
  }

  /** Called when code of the instance has left the stack: runs what waits for that. */
  left(state: Entrance): void {
    while (state.mayEnter) {
      const turn = this.#turns.shift();
      if (turn === undefined) return;
      turn();
    }
  }

  /** Fails everything that depends on the instance: it trapped or was closed. */
  fail(error: TenonError): void {
    const all = [...this.dependents];
    this.dependents.clear();
    this.#entering.length = 0;
    this.#turns.length = 0;
    for (const dependent of all) dependent.fail(error);
  }

  #admit(): void {
    while (this.#backpressure === 0) {
      const begin = this.#entering.shift();
      if (begin === undefined) return;
      begin();
    }
  }
}
