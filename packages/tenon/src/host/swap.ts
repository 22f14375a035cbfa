import { pluginCrashed, stateNotDrained, swapEnded, swapNotDrained, swapRolledBack } from "../errors/factories/host.js";
import type { TenonError } from "../errors/index.js";
import type { CloseReport } from "../runtime/index.js";
import type { Cell } from "./cell.js";
import type { Source } from "./load.js";
import type { Limits } from "./options.js";
import { moveState, restoreState, type SavedState, saveState } from "./state.js";

/** What a swap did. */
export interface SwapReport {
  readonly from: { readonly name: string; readonly version: string | undefined; readonly artifact: string };
  readonly to: { readonly name: string; readonly version: string | undefined; readonly artifact: string };
  /**
   * Whether state was handed over. `kept`: the plugin was resting, and the new artifact gets the state that was saved then
   * when it is started.
   */
  readonly state: "migrated" | "kept" | "none";
  /** Milliseconds during which calls had to wait: handing over the state, and the flip itself. */
  readonly flip: number;
  /** Milliseconds from the call of `swap` until the old instance was closed. */
  readonly total: number;
  /** Calls that were running in the old instance at the flip, and were allowed to finish. */
  readonly drained: number;
  /** How the old instance was closed. */
  readonly closed: CloseReport;
}

/** What a swap works on: the plugin, which alone changes its current cell. */
export interface SwapSubject {
  readonly name: string;
  readonly limits: Limits;
  /** The current cell; `undefined` if the plugin has crashed. */
  readonly cell: Cell | undefined;
  readonly source: Source;
  /** The plugin is being started or put to rest. Never rejects. */
  readonly transition: Promise<unknown> | undefined;
  readonly resting: boolean;
  /** The state that was saved when the plugin was put to rest, and has not been restored. */
  readonly saved: SavedState | undefined;
  startNext(source: Source, signal: AbortSignal): Promise<Cell>;
  /** Makes new calls wait. */
  hold(): void;
  /** Lets them go on in the current cell. */
  resume(): void;
  /** The current cell is about to be closed. */
  vacate(): void;
  /** Makes a cell the current one. */
  flip(cell: Cell, source: Source): void;
  /** Makes another artifact the one that a resting plugin will be started from. */
  replace(source: Source): void;
  /** The plugin has no instance any more. */
  lost(error: TenonError): void;
}

const nothingClosed: CloseReport = { proof: "collectable", forced: false, resources: 0 };

/** One swap, from the check of the new artifact to the end of the old instance. */
export class Swap {
  readonly #subject: SwapSubject;
  readonly #begun = performance.now();
  readonly #controller = new AbortController();
  #step = "checking the new artifact";
  #next: Cell | undefined;
  /** When calls began to wait. */
  #held: number | undefined;
  #flipTook = 0;

  constructor(subject: SwapSubject) {
    this.#subject = subject;
  }

  /** Aborted when the swap ends. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the swap: the plugin is being closed. What it has started is closed. */
  end(): void {
    this.#controller.abort();
  }

  async run(examining: Promise<Source>, exclusive: boolean): Promise<SwapReport> {
    try {
      const source = await this.#unlessEnded(examining);
      while (this.#subject.transition !== undefined) await this.#unlessEnded(this.#subject.transition);
      if (this.#subject.resting) return this.#whileResting(source);
      return await (exclusive ? this.#exclusively(source) : this.#sideBySide(source));
    } catch (thrown) {
      const { name, limits } = this.#subject;
      if (this.#held !== undefined && !this.#ended) this.#subject.resume();
      await this.#next?.close(limits.grace);
      throw this.#ended ? swapEnded(name, this.#step) : swapRolledBack(name, this.#step, thrown);
    }
  }

  /** Starts nothing: the next call does. */
  #whileResting(source: Source): SwapReport {
    this.#expectNotEnded();
    const { source: before, saved } = this.#subject;
    this.#subject.replace(source);
    return this.#report(before, source, saved === undefined ? "none" : "kept", 0, nothingClosed);
  }

  async #sideBySide(source: Source): Promise<SwapReport> {
    const subject = this.#subject;
    const { drain, grace } = subject.limits;
    this.#step = "opening the new instance";
    const next = await this.#start(source);
    const old = subject.cell;
    let state: SwapReport["state"] = "none";
    if (old !== undefined && next.instance.restores) {
      this.#step = "handing over its state";
      state = await this.#migrate(old, next);
    }
    const { saved } = subject;
    if (saved !== undefined && next.instance.restores) {
      this.#step = "handing over its state";
      await this.#restore(next, saved);
      state = "migrated";
    }
    const drained = old?.running ?? 0;
    const before = this.#flip(source);
    // What runs in the old instance may need its objects, so their methods can be called until it has finished.
    if (old !== undefined && old.door === "open") await old.settle(drain);
    old?.shut("swapped");
    await old?.drain(drain);
    const closed = (await old?.close(grace)) ?? nothingClosed;
    return this.#report(before, source, state, drained, closed);
  }

  async #migrate(old: Cell, next: Cell): Promise<SwapReport["state"]> {
    const { name, limits } = this.#subject;
    if (!(await this.#quiet(old))) throw stateNotDrained(name, limits.drain);
    // It may have crashed since. Then there is no state, as after any crash.
    if (this.#subject.cell !== old) return "none";
    if (!(await moveState(old.instance, next.instance, this.#control))) return "none";
    await next.instance.health(this.#control);
    return "migrated";
  }

  async #exclusively(source: Source): Promise<SwapReport> {
    const subject = this.#subject;
    const { name, limits } = subject;
    const old = subject.cell;
    const before = subject.source;
    let { saved } = subject;
    let closed = nothingClosed;
    const drained = old?.running ?? 0;
    if (old !== undefined) {
      this.#step = "waiting for the calls that are running";
      if (!(await this.#quiet(old))) throw swapNotDrained(name, limits.drain);
      if (subject.cell === old) {
        this.#step = "saving the state";
        saved = await saveState(old.instance, this.#control);
        this.#expectNotEnded();
        this.#step = "closing the old instance";
        old.shut("swapped");
        subject.vacate();
        closed = await old.close(limits.grace);
      }
    }
    try {
      this.#step = "opening the new instance";
      const next = await this.#start(source);
      if (saved !== undefined && next.instance.restores) {
        this.#step = "handing over its state";
        await this.#restore(next, saved);
      } else saved = undefined;
      this.#flip(source);
      return this.#report(before, source, saved === undefined ? "none" : "migrated", drained, closed);
    } catch (thrown) {
      await this.#next?.close(limits.grace);
      this.#next = undefined;
      if (!this.#ended) await this.#startOldAgain(before, saved);
      throw thrown;
    }
  }

  async #startOldAgain(source: Source, saved: SavedState | undefined): Promise<void> {
    const subject = this.#subject;
    try {
      const again = await this.#start(source);
      if (saved !== undefined && again.instance.restores) await this.#restore(again, saved);
      this.#flip(source);
    } catch (thrown) {
      await this.#next?.close(subject.limits.grace);
      this.#next = undefined;
      if (!this.#ended) subject.lost(pluginCrashed(subject.name, thrown as TenonError));
    }
    this.#held = undefined;
  }

  /** Waits until nothing runs in the old instance, and nothing can begin to. */
  async #quiet(old: Cell): Promise<boolean> {
    const { drain } = this.#subject.limits;
    // Running calls may depend on further ones: a reader of a stream makes a call for each element. So calls wait only once
    // those have ended which were running when the swap asked.
    if (!(await this.#unlessEnded(old.settle(drain)))) return false;
    this.#hold();
    return this.#unlessEnded(old.drain(drain));
  }

  #hold(): void {
    this.#held = performance.now();
    this.#subject.hold();
  }

  async #start(source: Source): Promise<Cell> {
    this.#expectNotEnded();
    const next = await this.#subject.startNext(source, this.#controller.signal);
    this.#next = next;
    this.#expectNotEnded();
    return next;
  }

  async #restore(next: Cell, state: SavedState): Promise<void> {
    await restoreState(next.instance, state, this.#control);
    await next.instance.health(this.#control);
  }

  /** Makes the new instance the current one, in this turn. Returns the source that it replaces. */
  #flip(source: Source): Source {
    this.#expectNotEnded();
    const next = this.#next as Cell;
    const before = this.#subject.source;
    this.#held ??= performance.now();
    this.#next = undefined;
    this.#subject.flip(next, source);
    this.#flipTook = performance.now() - this.#held;
    return before;
  }

  #report(before: Source, after: Source, state: SwapReport["state"], drained: number, closed: CloseReport): SwapReport {
    const total = performance.now() - this.#begun;
    return { from: identity(before), to: identity(after), state, flip: this.#flipTook, total, drained, closed };
  }

  get #control() {
    return { signal: this.#controller.signal, deadline: this.#subject.limits.deadline };
  }

  get #ended(): boolean {
    return this.#controller.signal.aborted;
  }

  #expectNotEnded(): void {
    if (this.#ended) throw swapEnded(this.#subject.name, this.#step);
  }

  /** Does not wait for what cannot be cancelled, such as a build. */
  #unlessEnded<T>(waiting: Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(swapEnded(this.#subject.name, this.#step));
      if (signal.aborted) onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      waiting.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }
}

function identity(source: Source) {
  const { name, version } = source.artifact.manifest;
  return { name, version, artifact: source.artifact.path };
}
