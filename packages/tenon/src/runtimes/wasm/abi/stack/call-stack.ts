import type { TenonError } from "../../../../errors/index.js";
import type { ComponentState } from "../component-state.js";
import { Frame } from "./frame.js";

/** Begins a call's code, which may be suspended: the promise tells of its end, the frame of its answer. */
export type Enter = (frame: Frame) => Promise<unknown>;

/**
 * The calls under way in an instance that has one stack of its own in its memory, such as C's or Go's, while the engine
 * may suspend each of them: JavaScript Promise Integration.
 *
 * The engine gives every call a stack; the guest's own knows nothing of that. So calls end in the reverse of the order in
 * which they began, as they do in a thread that blocks: a call that is made while others are suspended runs above them, and
 * what is below goes on only when all above have ended, whenever its own answer came.
 */
export class CallStack {
  /** The call whose code runs now, and can be suspended. */
  current: Frame | undefined = undefined;
  /** How many calls that cannot be suspended run now. */
  plain = 0;
  readonly #state: ComponentState;
  readonly #frames: Frame[] = [];
  readonly #later: (() => void)[] = [];
  #next = 1;

  constructor(state: ComponentState) {
    this.#state = state;
  }

  /** Whether a host function that the running code calls may answer later. */
  get canWait(): boolean {
    return this.current !== undefined && this.plain === 0;
  }

  /** Whether the code that runs is above every other, so that it may go on. */
  get runsOnTop(): boolean {
    return this.#frames.at(-1) === this.current;
  }

  /**
   * Calls the instance, now or when the code that runs in it has left the engine's stack.
   *
   * @param failed what the call ends with when this was thrown.
   * @returns the answer where there is one already, otherwise a promise.
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
  plainly<T>(run: () => T): T {
    this.plain++;
    try {
      return run();
    } finally {
      this.left();
    }
  }

  /** Called when a plain call has ended. */
  left(): void {
    this.plain--;
    this.#beginLater();
  }

  /** Suspends the running code until the host has answered and no other call is above it. */
  async wait(number: number): Promise<void> {
    const frame = this.#frame(number);
    this.current = undefined;
    this.#beginLater();
    await frame.awaited;
    if (this.#frames.at(-1) !== frame) await new Promise<void>((resolve) => (frame.wake = resolve));
    // Code of an instance that has failed or is closed never goes on; nothing refers to it any more.
    if (this.#isOver(frame)) await new Promise<never>(() => {});
  }

  /** Whether suspended code, that the engine has just resumed, may go on; another call may have begun above it meanwhile. */
  resume(number: number): boolean {
    const frame = this.#frame(number);
    if (this.#frames.at(-1) !== frame || this.#isOver(frame)) return false;
    this.current = frame;
    return true;
  }

  /** The core value that resumed code goes on with. */
  finish(number: number): unknown {
    return this.#frame(number).finish();
  }

  /** Called when the code of the running call has ended, before anything else can enter. */
  end(frame: Frame): void {
    this.#state.concurrency.dependents.delete(frame);
    const index = this.#frames.lastIndexOf(frame);
    if (index >= 0) this.#frames.splice(index, 1);
    if (this.current === frame) this.current = undefined;
    this.#frames.at(-1)?.wake?.();
    this.#beginLater();
  }

  /** A call that runs can be followed by another only where it waits for that one: in a host function that may wait. */
  get #mayBegin(): boolean {
    return this.plain === 0 && (this.current === undefined || this.current.asks);
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
