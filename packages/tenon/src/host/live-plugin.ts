import type { Contract } from "../contract/core.js";
import { pluginClosed } from "../errors/factories/closed.js";
import { circuitOpen, pluginCrashed, pluginCrashedDuringCall, swapBusy } from "../errors/factories/host.js";
import { syncWhileStarting } from "../errors/factories/host-call.js";
import { optionInvalid } from "../errors/factories/host-option.js";
import type { TenonError } from "../errors/index.js";
import { type GrantReport, grantReport } from "../grants/enforcement.js";
import type { CloseReport, Isolation, PlaceName } from "../runtime/index.js";
import type { Cell } from "./cell.js";
import { isDisplaced } from "./displaced.js";
import type { Events } from "./events.js";
import { enforcementIn, grantsWithin } from "./granted.js";
import { type LoadContext, load, type Source } from "./load.js";
import { type CallOptions, checkCallOptions, checkSwapOptions, type Limits, type SwapOptions } from "./options.js";
import { type CellSource, Functions, type Plugin, type PluginState } from "./plugin.js";
import { createSupervision, type Supervision, type SupervisionOptions } from "./supervision.js";
import { Swap, type SwapReport, type SwapSubject } from "./swap.js";
import { Waiting } from "./waiting.js";

export interface LivePluginOptions {
  readonly name: string;
  readonly contract: Contract;
  /** Whether the plugin runs in the host's own thread. */
  readonly inHostThread: boolean;
  readonly limits: Limits;
  readonly supervision: SupervisionOptions | undefined;
  readonly priority: number | undefined;
  readonly events: Events;
  /** Checks and prepares another artifact for this plugin. */
  examine(artifact: string | URL, options: SwapOptions, current: Source, signal: AbortSignal): Promise<Source>;
  /** Called once, after the plugin was closed. */
  ended(plugin: LivePlugin): void;
  context(functions: Functions): LoadContext;
}

/**
 * The lifecycle behind a {@link Plugin}: `opening → active → draining → closed`, or `crashed` and back. Only this class
 * changes the current cell.
 */
export class LivePlugin implements Plugin<any>, CellSource {
  readonly name: string;
  readonly contract: any;
  readonly functions: Functions;
  state: PluginState = "opening";
  active: Cell | undefined;
  /** How many times `open` returned this plugin; the last close ends it. */
  references = 1;
  readonly #options: LivePluginOptions;
  readonly #supervision: Supervision;
  readonly context: LoadContext;
  #source: Source;
  #cell: Cell | undefined;
  readonly #waiting: Waiting;
  /** The swap that has not flipped yet. */
  #swapping: Swap | undefined;
  /** All swaps that have not ended yet: of those that have flipped, the old instance is still there. */
  readonly #swaps = new Set<Promise<unknown>>();
  #held = false;
  #failure: TenonError | undefined;
  #restart: NodeJS.Timeout | undefined;
  /** The last restart that has begun. */
  #restarting: Promise<void> | undefined;
  #closing: Promise<CloseReport> | undefined;

  constructor(source: Source, options: LivePluginOptions) {
    this.name = options.name;
    this.contract = options.contract;
    this.#options = options;
    this.#source = source;
    this.#waiting = new Waiting(options.name);
    this.#supervision = createSupervision(options.supervision);
    this.functions = new Functions(options.contract, options.limits, this, options.inHostThread);
    this.context = options.context(this.functions);
  }

  get version(): string | undefined {
    return this.#source.artifact.manifest.version;
  }
  get artifact(): string {
    return this.#source.artifact.path;
  }
  get digest(): string | undefined {
    return this.#source.prepared.digest;
  }
  get place(): PlaceName {
    return this.context.placeName;
  }
  get isolation(): Isolation {
    return this.#cell?.instance.isolation ?? this.context.place.isolation;
  }
  get grants(): GrantReport {
    const { runtime, artifact } = this.#source;
    const { grants, limits, place, isolation } = this.context;
    const enforcement = enforcementIn(runtime, place, isolation);
    return grantReport(artifact.manifest.grants, grantsWithin(grants, limits), this.place, enforcement);
  }
  get id(): number | undefined {
    return this.active?.instance.id;
  }
  get priority(): number {
    return this.#options.priority ?? this.#source.artifact.manifest.priority;
  }
  get requires(): Readonly<Record<string, string>> {
    return this.#source.artifact.manifest.requires;
  }
  get exports(): any {
    return this.functions.exports.async;
  }
  get sync(): any {
    return this.functions.exports.sync;
  }

  lookup(symbol: string): (...parameters: any[]) => Promise<any> {
    return this.functions.lookup(symbol);
  }
  symbols(): string[] {
    return this.functions.symbols();
  }
  async call(symbol: string, parameters: readonly unknown[], options?: CallOptions): Promise<unknown> {
    checkCallOptions(options);
    if (!Array.isArray(parameters))
      throw optionInvalid("parameters", `expected an array with the parameters of ${symbol}()`);
    return this.functions.call(this.functions.byName(symbol), parameters, options);
  }
  with(options: CallOptions): any {
    checkCallOptions(options);
    return this.functions.withOptions(options);
  }
  callable(label: string): ((...parameters: any[]) => unknown) | undefined {
    return this.functions.either(label);
  }

  direct(path: string) {
    return this.functions.direct(path);
  }

  /** The first start. */
  async open(signal: AbortSignal | undefined): Promise<void> {
    try {
      this.opened(await load(this.#source, this.context, signal));
    } catch (thrown) {
      this.failed();
      throw thrown;
    }
  }

  /** The first start has succeeded. */
  opened(cell: Cell): void {
    this.#adopt(cell);
    this.#options.events.emit("opened", { plugin: this });
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
    this.#restart?.ref();
    return this.#waiting.wait(signal, deadline, this.#failure);
  }

  #willBeActive(): boolean {
    if (this.state === "closed" || this.state === "draining") return false;
    if (this.state !== "crashed" || this.#swapping !== undefined) return true;
    return this.#restart !== undefined && this.#supervision.state !== "open";
  }

  refusal(): TenonError {
    const { name } = this;
    if (this.state === "crashed") {
      return this.#supervision.state === "open" ? circuitOpen(name, this.#failure) : pluginCrashed(name, this.#failure);
    }
    if (this.state === "closed" || this.state === "draining") return pluginClosed(name);
    return syncWhileStarting(name);
  }

  // ---- the current cell ----

  #enter(state: PluginState): void {
    if (this.state === state) return;
    const from = this.state;
    this.state = state;
    this.#options.events.emit("state", { plugin: this, from, to: state });
  }

  #adopt(cell: Cell): void {
    this.#cell = cell;
    this.#failure = undefined;
    this.#resume();
    this.#enter("active");
    void cell.instance.lost.then((error) => this.#lost(cell, error));
  }

  #resume(): void {
    this.#held = false;
    this.#cell?.resume();
    this.active = this.#cell;
    this.functions.point(this.#cell);
    if (this.#cell !== undefined) this.#waiting.resolve();
  }

  /** Makes new calls wait until the next cell is adopted or this one resumes. */
  #hold(): void {
    this.#held = true;
    this.#cell?.hold();
    this.active = undefined;
    this.functions.point(undefined);
  }

  // ---- supervision ----

  async #lost(cell: Cell, error: TenonError): Promise<void> {
    if (this.#cell !== cell) {
      // The old instance of a swap crashed while it drained: its calls fail, but the plugin stays active.
      await cell.abandon(pluginCrashedDuringCall(this.name, error));
      return;
    }
    if (this.state === "closed" || this.state === "draining") {
      await cell.abandon(pluginCrashedDuringCall(this.name, error));
      return;
    }
    cell.shut("restarted");
    this.#crash(error);
    // Decided before the running calls are rejected, so that a caller who tries again waits for the restart.
    this.#decide(error);
    await cell.abandon(pluginCrashedDuringCall(this.name, error));
  }

  #crash(error: TenonError): void {
    this.#failure = error;
    this.#cell = undefined;
    this.active = undefined;
    this.functions.point(undefined);
    this.functions.forget();
    this.#enter("crashed");
    this.#options.events.emit("crashed", { plugin: this, error });
  }

  #decide(error: TenonError): void {
    if (this.state !== "crashed" || this.#swapping !== undefined) return;
    const decision = isDisplaced(error) ? this.#supervision.displaced() : this.#supervision.crashed();
    if (decision.action === "stop") {
      this.#waiting.reject(this.refusal());
      return;
    }
    if (decision.action === "open-circuit") {
      this.#options.events.emit("circuit-open", {
        plugin: this,
        until: Date.now() + Math.max(0, decision.until - performance.now()),
        error,
      });
      this.#waiting.reject(this.refusal());
      this.#restart = setTimeout(() => this.#probe(error), Math.max(0, decision.until - performance.now()) + 1);
      this.#restart.unref();
      return;
    }
    this.#options.events.emit("restarting", { plugin: this, delay: decision.delay });
    this.#restart = setTimeout(() => this.#startAgain(), decision.delay);
    if (this.#waiting.size === 0) this.#restart.unref();
  }

  #probe(error: TenonError): void {
    if (this.#supervision.probe()) this.#startAgain();
    else this.#decide(error);
  }

  #startAgain(): void {
    this.#restarting = this.#loadAgain();
  }

  async #loadAgain(): Promise<void> {
    if (this.state !== "crashed" || this.#swapping !== undefined) return;
    try {
      const cell = await load(this.#source, this.context, undefined);
      if (this.state !== "crashed" || this.#swapping !== undefined) {
        await cell.close(this.#options.limits.grace);
        return;
      }
      this.#restart = undefined;
      this.#supervision.succeeded();
      this.#adopt(cell);
      this.#options.events.emit("restarted", { plugin: this });
    } catch (thrown) {
      this.#restart = undefined;
      this.#failure = thrown as TenonError;
      this.#decide(thrown as TenonError);
    }
  }

  // ---- swap ----

  async swap(artifact: string | URL = this.#source.artifact.given, options: SwapOptions = {}): Promise<SwapReport> {
    checkSwapOptions(options);
    if (this.state === "closed" || this.state === "draining") throw this.refusal();
    if (this.#swapping !== undefined) throw swapBusy(this.name);
    const swap = new Swap(this.#subject());
    this.#swapping = swap;
    const exclusive = options.exclusive === true;
    const examining = this.#options.examine(artifact, options, this.#source, swap.signal).then(async (source) => {
      if (exclusive) await this.#restarting;
      return source;
    });
    const running = swap.run(examining, exclusive);
    this.#swaps.add(running);
    try {
      const report = await running;
      this.#options.events.emit("swapped", { plugin: this, report });
      return report;
    } catch (error) {
      this.#swapping = undefined;
      if (this.state === "crashed") this.#decide(error as TenonError);
      this.#options.events.emit("swap-failed", { plugin: this, error: error as TenonError });
      throw error;
    } finally {
      this.#swaps.delete(running);
    }
  }

  /** This plugin, as a swap changes it. */
  #subject(): SwapSubject {
    const plugin = this;
    return {
      name: this.name,
      limits: this.#options.limits,
      get cell() {
        return plugin.#cell;
      },
      get source() {
        return plugin.#source;
      },
      start: (source, signal) => load(source, this.context, signal),
      hold: () => this.#hold(),
      resume: () => {
        if (this.#held) this.#resume();
      },
      vacate: () => {
        this.#cell = undefined;
        this.functions.forget();
      },
      flip: (cell, source) => {
        this.#source = source;
        this.#supervision.reset();
        clearTimeout(this.#restart);
        this.#restart = undefined;
        this.#swapping = undefined;
        this.#adopt(cell);
      },
      lost: (error) => {
        this.#held = false;
        this.#crash(error);
      },
    };
  }

  // ---- end ----

  close(): Promise<CloseReport> {
    if (this.#closing === undefined && --this.references > 0) {
      return Promise.resolve({ proof: "connection-closed", forced: false, resources: 0 });
    }
    return this.end();
  }

  /** Closes the plugin, however often it was opened. */
  end(): Promise<CloseReport> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<CloseReport> {
    const { limits, events } = this.#options;
    clearTimeout(this.#restart);
    this.#swapping?.end();
    const cell = this.#cell;
    cell?.shut("closed");
    this.active = undefined;
    this.functions.point(undefined);
    this.#enter("draining");
    this.#waiting.reject(this.refusal());
    this.functions.gate.drain(this.refusal());
    let report: CloseReport = { proof: "collectable", forced: false, resources: 0 };
    if (cell !== undefined) {
      await cell.drain(limits.drain);
      report = await cell.close(limits.grace);
    }
    this.#cell = undefined;
    this.functions.forget();
    await Promise.allSettled(this.#swaps);
    this.#enter("closed");
    events.emit("closed", { plugin: this, report });
    this.#options.ended(this);
    return report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
