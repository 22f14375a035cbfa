import { restBusy, restEnded } from "../errors/factories/host.js";
import type { TenonError } from "../errors/index.js";
import type { CloseReport } from "../runtime/index.js";
import type { Cell } from "./cell.js";
import type { Limits } from "./options.js";
import { restoreState, type SavedState, saveState } from "./state.js";

/** The plugin, as resting changes it. Only the plugin itself changes its current cell. */
export interface RestSubject {
  readonly name: string;
  readonly limits: Limits;
  readonly cell: Cell | undefined;
  /** Whether the plugin rests: it has no instance, and the next call starts one. */
  readonly resting: boolean;
  /** Whether it is active, and no swap is under way. */
  readonly settled: boolean;
  /** Whether it was closed. */
  readonly closed: boolean;
  /** Whether a call waits for an instance. */
  readonly awaited: boolean;
  /** The time before which it is not started, on the clock of `performance.now`. */
  readonly notBefore: number;
  /** Starts an instance, without making it the current one. */
  load(signal: AbortSignal): Promise<Cell>;
  /** Makes new calls wait. */
  hold(): void;
  /** Lets them go on in the current cell. */
  resume(): void;
  /** The current cell is about to be closed. */
  vacate(): void;
  rested(report: CloseReport): void;
  restFailed(error: TenonError): void;
  started(cell: Cell): void;
  startFailed(error: TenonError): void;
}

/** How often an idle plugin is looked at before it rests: it rests at most a quarter of the time too late. */
const looks = 4;

/**
 * Puts an idle plugin to rest, and starts it again: one transition at a time. What is asked for meanwhile waits for its end.
 */
export class Rest {
  readonly #subject: RestSubject;
  /** Milliseconds; 0 for never. */
  readonly #idle: number;
  #timer: NodeJS.Timeout | undefined;
  /** The transition that is under way. Never rejects. */
  #transition: Promise<unknown> | undefined;
  #saved: SavedState | undefined;
  readonly #controller = new AbortController();
  /** How the last instance was closed. */
  #report: CloseReport | undefined;

  constructor(subject: RestSubject, idle: number) {
    this.#subject = subject;
    this.#idle = idle;
  }

  /** The transition that is under way. Never rejects. */
  get transition(): Promise<unknown> | undefined {
    return this.#transition;
  }

  /** The state of the last instance that has not been restored yet. */
  get saved(): SavedState | undefined {
    return this.#saved;
  }

  /** The saved state was handed over, or is of no use any more. */
  forget(): void {
    this.#saved = undefined;
  }

  /** Watches whether a new instance is idle. */
  watch(cell: Cell): void {
    if (this.#idle === 0) return;
    let { entered } = cell;
    let quiet = 0;
    const look = () => {
      const subject = this.#subject;
      if (subject.closed || subject.cell !== cell) return;
      const isQuiet = subject.settled && cell.quiet && cell.entered === entered && this.#transition === undefined;
      quiet = isQuiet ? quiet + 1 : 0;
      ({ entered } = cell);
      if (quiet === looks) {
        quiet = 0;
        // In the same turn in which it was seen to be quiet.
        this.#begin(this.#end(cell, () => subject.awaited)).catch(() => {});
      }
      this.#timer = setTimeout(look, this.#idle / looks);
      this.#timer.unref();
    };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(look, this.#idle / looks);
    this.#timer.unref();
  }

  /** Starts the plugin if it rests. Calls wait for the result elsewhere. */
  wake(): void {
    if (this.#transition === undefined && this.#subject.resting) void this.#begin(this.#start());
  }

  /**
   * Puts the current instance to rest as soon as what is running has ended.
   *
   * @throws TENON_REST_BUSY, TENON_STATE_FAILED, TENON_PLUGIN_CLOSED
   */
  end(cell: Cell): Promise<void> {
    return this.#begin(this.#endWhenQuiet(cell));
  }

  /** The plugin is being closed. Resolves once nothing is under way any more, with how an instance was closed by it. */
  async close(): Promise<CloseReport | undefined> {
    clearTimeout(this.#timer);
    this.#saved = undefined;
    const transition = this.#transition;
    this.#controller.abort();
    await transition;
    this.#saved = undefined;
    return transition === undefined ? undefined : this.#report;
  }

  #begin(transition: Promise<void>): Promise<void> {
    const over = transition
      .catch(() => {})
      .then(() => {
        if (this.#transition === over) this.#transition = undefined;
        // Calls that came while the instance was ending.
        if (this.#subject.awaited) this.wake();
      });
    this.#transition = over;
    return transition;
  }

  async #start(): Promise<void> {
    const subject = this.#subject;
    const { signal } = this.#controller;
    this.#report = undefined;
    let next: Cell | undefined;
    try {
      await until(subject.notBefore, signal);
      if (!subject.resting) return;
      next = await subject.load(signal);
      const state = this.#saved;
      if (state !== undefined && next.instance.restores) {
        const control = { signal, deadline: subject.limits.deadline };
        await restoreState(next.instance, state, control);
        await next.instance.health(control);
      }
      if (subject.closed) throw restEnded(subject.name, "started");
      this.#saved = undefined;
      subject.started(next);
    } catch (thrown) {
      const report = await next?.close(subject.limits.grace);
      if (subject.closed) this.#report = report;
      else subject.startFailed(thrown as TenonError);
    }
  }

  async #endWhenQuiet(cell: Cell): Promise<void> {
    const subject = this.#subject;
    const { drain } = subject.limits;
    // As in a swap: what is running may depend on further calls, which wait only once it has ended.
    const ended = await cell.settle(drain);
    if (!ended || subject.cell !== cell || subject.closed) return this.#busy(cell);
    subject.hold();
    if (!(await cell.drain(drain)) || !cell.boundary.quiet) {
      if (subject.cell === cell) subject.resume();
      return this.#busy(cell);
    }
    await this.#end(cell, () => false);
  }

  #busy(cell: Cell): void {
    const { name, limits, closed } = this.#subject;
    if (closed) throw restEnded(name, "put to rest");
    if (this.#subject.cell !== cell) return;
    const { objects, open, answering } = cell.boundary.inUse;
    const uses = [
      [cell.running, "calls"],
      [answering, "calls of host functions"],
      [objects, "objects"],
      [open, "streams and futures"],
    ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
    throw restBusy(name, uses.join(", "), limits.drain);
  }

  /**
   * Saves the state and ends the instance, in which nothing runs.
   *
   * @param wanted whether the instance is needed again; asked once the state is saved.
   */
  async #end(cell: Cell, wanted: () => boolean): Promise<void> {
    const subject = this.#subject;
    const { grace, deadline } = subject.limits;
    this.#report = undefined;
    subject.hold();
    let saved: SavedState | undefined;
    try {
      saved = await saveState(cell.instance, { signal: this.#controller.signal, deadline });
    } catch (thrown) {
      // If it crashed or was closed, that has been dealt with.
      if (subject.closed) throw restEnded(subject.name, "put to rest");
      if (subject.cell !== cell) throw thrown;
      subject.resume();
      subject.restFailed(thrown as TenonError);
      throw thrown;
    }
    if (subject.closed) throw restEnded(subject.name, "put to rest");
    if (subject.cell !== cell) return;
    if (wanted() || !cell.boundary.quiet || cell.running > 0) {
      subject.resume();
      return;
    }
    this.#saved = saved;
    cell.shut("rested");
    subject.vacate();
    this.#report = await cell.close(grace);
    if (subject.closed) return;
    subject.rested(this.#report);
  }
}

/** Waits until a time, or until the signal is aborted. */
function until(time: number, signal: AbortSignal): Promise<void> | undefined {
  const delay = time - performance.now();
  if (delay <= 0) return undefined;
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, delay);
    signal.addEventListener("abort", end, { once: true });
  });
}
