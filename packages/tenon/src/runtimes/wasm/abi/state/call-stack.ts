import type { TenonError } from "../../../../errors/index.js";
import type { Concurrency } from "./concurrency.js";
import { Frame } from "./frame.js";

/** Starts the code of a call, which may be suspended. The promise resolves when the code ends; the frame has the result. */
export type Enter = (frame: Frame) => Promise<unknown>;

/** The instance whose calls they are, as far as they need it. */
interface StackOwner {
  readonly concurrency: Concurrency;
  readonly trapped: TenonError | undefined;
}

/**
 * The running calls of an instance that keeps one stack in its memory, as C and Go do, where the engine may suspend each of
 * them: JavaScript Promise Integration.
 *
 * The engine gives each call its own stack, but all calls share the guest's. So calls must end in the reverse of the order in
 * which they started, as they do in a thread that blocks: a call that is made while others are suspended runs on top of them,
 * and those below continue only when all above have ended, even if what they wait for has arrived.
 */
export class CallStack {
  /** The call whose code is running and can be suspended. */
  current: Frame | undefined = undefined;
  /** How many calls that cannot be suspended are running. */
  unsuspendable = 0;
  readonly #state: StackOwner;
  readonly #frames: Frame[] = [];
  readonly #later: (() => void)[] = [];
  #next = 1;

  constructor(state: StackOwner) {
    this.#state = state;
  }

  /** Whether a host function that the running code calls may return a promise. */
  get canWait(): boolean {
    return this.current !== undefined && this.unsuspendable === 0;
  }

  /** Whether the running code is on top of the stack, so that it may continue. */
  get runsOnTop(): boolean {
    return this.#frames.at(-1) === this.current;
  }

  /**
   * Calls the instance, now or when the code that is running in it has left the engine's stack.
   *
   * @param failed returns the error that the call fails with when something was thrown.
   * @returns the result if there is one already, otherwise a promise.
   */
  call(enter: Enter, failed: (thrown: unknown) => unknown): unknown {
    const frame = new Frame(this.#next++);
    this.#state.concurrency.dependents.add(frame);
    const begin = () => {
      if (!frame.ended) this.#begin(frame, enter, failed);
    };
    if (this.#mayBegin) begin();
    else this.#later.push(begin);
    return frame.answer();
  }

  /** Runs code of the instance that cannot be suspended. */
  runUnsuspendable<T>(run: () => T): T {
    this.unsuspendable++;
    try {
      return run();
    } finally {
      this.left();
    }
  }

  /** Called when a plain call has ended. */
  left(): void {
    this.unsuspendable--;
    this.#beginLater();
  }

  /** Suspends the running code until the host function has settled and no other call is above it. */
  async wait(number: number): Promise<void> {
    const frame = this.#frame(number);
    this.current = undefined;
    this.#beginLater();
    await frame.awaited;
    if (this.#frames.at(-1) !== frame) await new Promise<void>((resolve) => (frame.wake = resolve));
    // Code of an instance that has failed or is closed never continues; nothing refers to it any more.
    if (this.#isOver(frame)) await new Promise<never>(() => {});
  }

  /** Whether code that the engine has just resumed may continue: another call may have started above it meanwhile. */
  resume(number: number): boolean {
    const frame = this.#frame(number);
    if (this.#frames.at(-1) !== frame || this.#isOver(frame)) return false;
    this.current = frame;
    return true;
  }

  /** The core value that the host function returns to resumed code. */
  finish(number: number): unknown {
    return this.#frame(number).finish();
  }

  /** Called when the code of the running call has ended, before any other call can enter. */
  end(frame: Frame): void {
    this.#state.concurrency.dependents.delete(frame);
    const index = this.#frames.lastIndexOf(frame);
    if (index >= 0) this.#frames.splice(index, 1);
    if (this.current === frame) this.current = undefined;
    this.#frames.at(-1)?.wake?.();
    this.#beginLater();
  }

  /** A call can start on top of the running one only if that one is in a host function that may wait for it. */
  get #mayBegin(): boolean {
    return this.unsuspendable === 0 && (this.current === undefined || this.current.inHostFunction);
  }

  #begin(frame: Frame, enter: Enter, failed: (thrown: unknown) => unknown): void {
    const below = this.current;
    this.#frames.push(frame);
    this.current = frame;
    const fail = (thrown: unknown) => {
      this.end(frame);
      if (!frame.ended) frame.fail(failed(thrown) as TenonError);
    };
    try {
      enter(frame).catch(fail);
    } catch (thrown) {
      fail(thrown);
    } finally {
      this.current = below;
    }
  }

  #beginLater(): void {
    if (this.#later.length === 0) return;
    queueMicrotask(() => {
      while (this.#mayBegin && this.#later.length > 0) this.#later.shift()!();
    });
  }

  #isOver(frame: Frame): boolean {
    return frame.ended || this.#state.trapped !== undefined;
  }

  #frame(number: number): Frame {
    return this.#frames.findLast((frame) => frame.number === number)!;
  }
}
