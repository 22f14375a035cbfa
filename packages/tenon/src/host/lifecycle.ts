import { pluginClosed } from "../errors/factories/closed.js";
import { pluginCrashedDuringCall, swapBusy } from "../errors/factories/host.js";
import { syncWhileResting, syncWhileStarting } from "../errors/factories/host-call.js";
import type { TenonError } from "../errors/index.js";
import type { CloseReport } from "../runtime/index.js";
import type { Cell } from "./cell.js";
import type { Events } from "./events.js";
import { expectStartable, type LoadContext, load, type Source } from "./load.js";
import { checkSwapOptions, type Limits, type SwapOptions } from "./options.js";
import type { AnyPlugin, CellSource, Functions, PluginState } from "./plugin.js";
import { Rest, type RestSubject } from "./rest.js";
import { type RestartSubject, Restarts } from "./restarts.js";
import type { SavedState } from "./state.js";
import type { SupervisionOptions } from "./supervision.js";
import { Swap, type SwapReport, type SwapSubject } from "./swap.js";
import { Waiting } from "./waiting.js";

export interface LifecycleOptions {
  readonly name: string;
  readonly limits: Limits;
  readonly supervision: SupervisionOptions | undefined;
  /** After how many milliseconds without use the plugin rests; 0 for never. */
  readonly idle: number;
  readonly events: Events;
  /** Checks and prepares another artifact for this plugin. */
  examine(artifact: string | URL, options: SwapOptions, current: Source, signal: AbortSignal): Promise<Source>;
  /** Called once, after the plugin was closed. */
  ended(): Promise<void>;
}

/** The caller side of a plugin, and how to start it. */
export interface CallerSide {
  readonly functions: Functions;
  readonly context: LoadContext;
}

/**
 * The lifecycle of a plugin: `opening → active → draining → closed`, `crashed` and back ({@link Restarts}), `resting` and back
 * ({@link Rest}). Only this class changes the current cell.
 */
export class Lifecycle implements CellSource, RestSubject, RestartSubject, SwapSubject {
  readonly name: string;
  readonly limits: Limits;
  state: PluginState = "opening";
  active: Cell | undefined;
  /** The current cell, even while calls have to wait. */
  cell: Cell | undefined;
  /** What a start runs. */
  source: Source;
  /** Refuses an instance of a plugin that starts with its first call, by throwing. */
  admit: ((cell: Cell) => void) | undefined;
  readonly #options: LifecycleOptions;
  readonly #functions: Functions;
  readonly #context: LoadContext;
  readonly #waiting: Waiting;
  readonly #restarts: Restarts;
  readonly #rest: Rest;
  /** The swap that has not flipped yet. */
  #swapping: Swap | undefined;
  /** All swaps that have not ended yet: of those that have flipped, the old instance is still there. */
  readonly #swaps = new Set<Promise<unknown>>();
  #held = false;
  #closing: Promise<CloseReport> | undefined;

  /** @param caller makes the caller side, and what a start needs of it. */
  constructor(
    readonly plugin: AnyPlugin,
    source: Source,
    options: LifecycleOptions,
    caller: (cells: CellSource) => CallerSide,
  ) {
    this.name = options.name;
    this.limits = options.limits;
    this.source = source;
    this.#options = options;
    this.#waiting = new Waiting(options.name);
    this.#restarts = new Restarts(this, options.supervision);
    this.#rest = new Rest(this, options.idle);
    const { functions, context } = caller(this);
    this.#functions = functions;
    this.#context = context;
  }

  // ---- the first start ----

  async open(signal: AbortSignal | undefined): Promise<void> {
    try {
      this.opened(await load(this.source, this.#context, signal));
    } catch (thrown) {
      this.failed();
      throw thrown;
    }
  }

  /** Checks what can be checked without a start, and rests until the first call. */
  async configure(): Promise<void> {
    try {
      await expectStartable(this.source, this.#context);
    } catch (thrown) {
      this.failed();
      throw thrown;
    }
    this.#enter("resting");
    this.#options.events.emit("opened", { plugin: this.plugin });
  }

  /** The first start has succeeded. */
  opened(cell: Cell): void {
    this.#adopt(cell);
    this.#options.events.emit("opened", { plugin: this.plugin });
  }

  /** The first start has failed. */
  failed(): void {
    this.#enter("closed");
  }

  // ---- callers that wait ----

  whenReady(cell: Cell | undefined, signal: AbortSignal | undefined, deadline: number): Promise<unknown> {
    const confirmation = cell?.door === "open" ? cell.instance.unconfirmed : undefined;
    if (confirmation !== undefined) return this.#waiting.wait(signal, deadline, undefined, confirmation);
    if (this.active !== undefined) return Promise.resolve();
    if (!this.#willBeActive()) return Promise.reject(this.refusal());
    // Until now, nothing waited for the restart.
    this.#restarts.await();
    const ready = this.#waiting.wait(signal, deadline, this.#restarts.failure);
    this.#rest.wake();
    return ready;
  }

  #willBeActive(): boolean {
    if (this.closed) return false;
    if (this.state !== "crashed" || this.#swapping !== undefined) return true;
    return this.#restarts.pending;
  }

  refusal(): TenonError {
    if (this.state === "crashed") return this.#restarts.refusal;
    if (this.closed) return pluginClosed(this.name);
    return this.state === "resting" ? syncWhileResting(this.name) : syncWhileStarting(this.name);
  }

  get awaited(): boolean {
    return this.#waiting.size > 0;
  }

  get closed(): boolean {
    return this.state === "closed" || this.state === "draining";
  }

  // ---- the current cell ----

  #enter(state: PluginState): void {
    if (this.state === state) return;
    const from = this.state;
    this.state = state;
    this.#options.events.emit("state", { plugin: this.plugin, from, to: state });
  }

  #adopt(cell: Cell): void {
    this.cell = cell;
    this.#restarts.failure = undefined;
    this.#resume();
    this.#enter("active");
    this.#rest.watch(cell);
    void cell.instance.lost.then((error) => this.#lose(cell, error));
  }

  #resume(): void {
    this.#held = false;
    this.cell?.resume();
    this.active = this.cell;
    this.#functions.point(this.cell);
    if (this.cell !== undefined) this.#waiting.resolve();
  }

  hold(): void {
    this.#held = true;
    this.cell?.hold();
    this.active = undefined;
    this.#functions.point(undefined);
  }

  resume(): void {
    if (this.#held) this.#resume();
  }

  vacate(): void {
    this.cell = undefined;
    this.#functions.forget();
  }

  // ---- supervision ----

  async #lose(cell: Cell, error: TenonError): Promise<void> {
    // Otherwise the old instance of a swap crashed while it drained: its calls fail, but the plugin stays active.
    if (this.cell === cell && !this.closed) {
      cell.shut("restarted");
      this.#crash(error);
      // Decided before the running calls are rejected, so that a caller who tries again waits for the restart.
      this.#restarts.decide(error);
    }
    await cell.abandon(pluginCrashedDuringCall(this.name, error));
  }

  #crash(error: TenonError): void {
    this.#restarts.failure = error;
    this.active = undefined;
    this.#functions.point(undefined);
    this.vacate();
    this.#enter("crashed");
    this.#options.events.emit("crashed", { plugin: this.plugin, error });
  }

  get needed(): boolean {
    return this.state === "crashed" && this.#swapping === undefined;
  }

  async startAgain(): Promise<void> {
    const cell = await load(this.source, this.#context, undefined);
    if (!this.needed) {
      await cell.close(this.limits.grace);
      return;
    }
    this.#restarts.succeeded();
    this.#adopt(cell);
    this.#options.events.emit("restarted", { plugin: this.plugin });
  }

  circuitOpened(until: number, error: TenonError): void {
    this.#options.events.emit("circuit-open", { plugin: this.plugin, until, error });
  }

  restarting(delay: number): void {
    this.#options.events.emit("restarting", { plugin: this.plugin, delay });
  }

  refuse(): void {
    this.#waiting.reject(this.refusal());
  }

  // ---- rest ----

  /** Resolves once the plugin is active. */
  async start(): Promise<void> {
    while (this.active === undefined) await this.whenReady(undefined, undefined, 0);
  }

  /** Puts the plugin to rest once nothing is under way. */
  async rest(): Promise<void> {
    for (;;) {
      if (this.transition !== undefined) await this.transition;
      else if (this.#swaps.size > 0) await Promise.allSettled(this.#swaps);
      else break;
    }
    if (this.resting) return;
    if (this.cell === undefined || this.active === undefined) throw this.refusal();
    await this.#rest.end(this.cell);
    if (this.needed) throw this.refusal();
  }

  get transition(): Promise<unknown> | undefined {
    return this.#rest.transition;
  }

  get resting(): boolean {
    return this.state === "resting";
  }

  get saved(): SavedState | undefined {
    return this.#rest.saved;
  }

  get settled(): boolean {
    return this.active !== undefined && this.#swaps.size === 0;
  }

  get notBefore(): number {
    return this.#restarts.notBefore;
  }

  async load(signal: AbortSignal): Promise<Cell> {
    this.#enter("opening");
    const cell = await load(this.source, this.#context, signal);
    try {
      this.admit?.(cell);
      return cell;
    } catch (refused) {
      await cell.close(this.limits.grace);
      throw refused;
    }
  }

  started(cell: Cell): void {
    this.#restarts.succeeded();
    this.#adopt(cell);
    this.#options.events.emit("started", { plugin: this.plugin });
  }

  startFailed(error: TenonError): void {
    this.#enter(this.#restarts.startFailed(error) ? "resting" : "crashed");
    this.#options.events.emit("start-failed", { plugin: this.plugin, error });
    this.#waiting.reject(error);
  }

  mayStart(): void {
    this.#enter("resting");
  }

  rested(report: CloseReport): void {
    this.#enter("resting");
    this.#options.events.emit("rested", { plugin: this.plugin, report });
  }

  restFailed(error: TenonError): void {
    this.#options.events.emit("rest-failed", { plugin: this.plugin, error });
  }

  // ---- swap ----

  async swap(artifact: string | URL = this.source.artifact.given, options: SwapOptions = {}): Promise<SwapReport> {
    checkSwapOptions(options);
    if (this.closed) throw this.refusal();
    if (this.#swapping !== undefined) throw swapBusy(this.name);
    const { events, examine } = this.#options;
    const swap = new Swap(this);
    this.#swapping = swap;
    const exclusive = options.exclusive === true;
    const examining = examine(artifact, options, this.source, swap.signal).then(async (source) => {
      if (exclusive) await this.#restarts.finished();
      return source;
    });
    const running = swap.run(examining, exclusive);
    this.#swaps.add(running);
    try {
      const report = await running;
      events.emit("swapped", { plugin: this.plugin, report });
      return report;
    } catch (error) {
      this.#swapping = undefined;
      if (this.state === "crashed") this.#restarts.decide(error as TenonError);
      events.emit("swap-failed", { plugin: this.plugin, error: error as TenonError });
      throw error;
    } finally {
      this.#swaps.delete(running);
    }
  }

  startNext(source: Source, signal: AbortSignal): Promise<Cell> {
    return load(source, this.#context, signal);
  }

  flip(cell: Cell, source: Source): void {
    this.replace(source);
    this.#rest.forget();
    this.#adopt(cell);
  }

  replace(source: Source): void {
    this.source = source;
    this.#restarts.reset();
    this.#swapping = undefined;
  }

  lost(error: TenonError): void {
    this.#held = false;
    this.#crash(error);
  }

  // ---- end ----

  end(): Promise<CloseReport> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<CloseReport> {
    this.#restarts.cancel();
    this.#swapping?.end();
    const { cell, limits } = this;
    cell?.shut("closed");
    this.active = undefined;
    this.#functions.point(undefined);
    this.#enter("draining");
    this.refuse();
    this.#functions.gate.drain(this.refusal());
    let report: CloseReport = { proof: "collectable", forced: false, resources: 0 };
    if (cell !== undefined) {
      await cell.drain(limits.drain);
      report = await cell.close(limits.grace);
    }
    this.vacate();
    // It may be starting, or its instance may be ending already.
    report = (await this.#rest.close()) ?? report;
    await Promise.allSettled(this.#swaps);
    this.#enter("closed");
    this.#options.events.emit("closed", { plugin: this.plugin, report });
    await this.#options.ended();
    return report;
  }
}
