import type { TenonError } from "../../../../errors/index.js";
import type { ComponentState } from "../component-state.js";
import type { Task } from "./task.js";

/** Something that waits outside of an instance for it, and is ended with it: a task, a stream, a future. */
export interface Dependent {
  fail(error: TenonError): void;
}

/**
 * What one component instance does at once: the tasks under way in it, of which one runs while the others wait, and the
 * streams and futures between it and the host.
 */
export class Concurrency {
  /** The task whose code runs now. A synchronous call has none. */
  current: Task | undefined = undefined;
  /** Whether the guest asks how a stream or future of the host's has ended: it is told of a failure then. */
  hearsFailures = false;
  /** Tells the guest, where its library asks for it, that a host function it has called failed. */
  tellFailure: ((error: TenonError) => void) | undefined = undefined;
  /** The task that a guest of many goroutines answers for, where it is another than the one whose code runs. */
  selected: Task | undefined = undefined;
  /** Set by the first definition that needs a task: before, calls do without the bookkeeping. */
  used = false;
  /** Steps of tasks whose code the engine may have suspended, and that have not come back. */
  suspendable = 0;
  /** The task-local words of the code that runs now. */
  storage: number[] = [0, 0];
  readonly dependents = new Set<Dependent>();
  readonly #entering: (() => void)[] = [];
  readonly #turns: (() => void)[] = [];
  #backpressure = 0;

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

  /** Begins something when tasks may begin again. */
  waitToEnter(begin: () => void): void {
    this.#entering.push(begin);
  }

  /** Runs code of the instance when none of its code is on the stack. */
  takeTurn(state: ComponentState, turn: () => void): void {
    if (state.mayEnter) turn();
    else if (state.trapped === undefined) this.#turns.push(turn);
  }

  /** Called when code of the instance has left the stack, where others may wait for that. */
  left(state: ComponentState): void {
    while (state.mayEnter) {
      const turn = this.#turns.shift();
      if (turn === undefined) return;
      turn();
    }
  }

  /** Ends everything with an error: the instance has failed or is closed. */
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
