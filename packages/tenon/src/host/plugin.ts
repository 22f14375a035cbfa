import { type Contract, type Exports, type Signature, type SyncExports, signatures } from "../contract/core.js";
import { findSignature } from "../contract/model/signature.js";
import { symbolMissing, symbolOmitted } from "../errors/factories/host-call.js";
import type { TenonError } from "../errors/index.js";
import type { GrantReport } from "../grants/enforcement.js";
import type { CallSeries, Leaving } from "../observation/call-series.js";
import { callIntercepted } from "../observation/intercepted.js";
import { type InterceptedCall, type Interceptor, Interceptors } from "../observation/interceptor.js";
import { Observer } from "../observation/observer.js";
import { currentContext, millisecondsUntil, shorter } from "../runtime/call-context.js";
import {
  type Assembled,
  assemble,
  type CloseReport,
  type InstanceFunction,
  type Isolation,
  noMetadata,
  type PlaceName,
} from "../runtime/index.js";
import { nearest } from "../runtime/nearest.js";
import { type Callable, compileCallable, type Detours, type Slot } from "./callable.js";
import { callerOf, signalOf, timeOf, withAdded } from "./caller.js";
import type { Cell } from "./cell.js";
import { createGate, type Gate } from "./gate.js";
import { GuardedCall } from "./guarded-call.js";
import { Invocation } from "./invocation.js";
import type { CallOptions, Limits, SwapOptions } from "./options.js";
import type { Caller } from "./running-call.js";
import type { SwapReport } from "./swap.js";

/** `resting`: checked and prepared, but without an instance until the next call. */
export type PluginState = "opening" | "active" | "resting" | "draining" | "closed" | "crashed";

/**
 * An opened plugin: the handle that you use. Swapping, crashing and restarting change the instance behind it, never the
 * handle or the functions that you took from it.
 */
export interface Plugin<C extends Contract<any, any> = Contract> extends AsyncDisposable {
  readonly name: string;
  readonly version: string | undefined;
  readonly contract: C;
  /** The artifact's path. */
  readonly artifact: string;
  /** The digest of everything that runs, as `sha256-…`; `undefined` if something of it is read only when it is needed. */
  readonly digest: string | undefined;
  /** Where the instance runs, by the name that `open` was called with. */
  readonly place: PlaceName;
  readonly state: PluginState;
  /** The isolation that the instance actually has. */
  readonly isolation: Isolation;
  /** What it asked for, what it was given, and what enforces that. Among `resources` are all limits that are set. */
  readonly grants: GrantReport;
  /** Thread or process id, where there is one. */
  readonly id: number | undefined;
  readonly priority: number;
  readonly requires: Readonly<Record<string, string>>;
  /** The plugin's functions, asynchronous in every place. You can destructure it. */
  readonly exports: Exports<C>;
  /**
   * The same functions, synchronous. They work inline, and in a worker by waiting on shared memory; elsewhere each call
   * throws TENON_SYNC_UNAVAILABLE.
   */
  readonly sync: SyncExports<C>;
  /**
   * Returns a function by name, like Go's `Plugin.Lookup`: `greet`, `store.get`.
   * @throws TENON_SYMBOL_MISSING
   */
  lookup(symbol: string): (...parameters: any[]) => Promise<any>;
  /** The names that `lookup` knows. */
  symbols(): string[];
  /**
   * Returns a function by {@link Signature.path}, or `undefined` if the plugin does not implement it. The function returns
   * the value itself if the plugin does, otherwise a promise. For callers of many plugins, such as extension points.
   */
  callable(path: string): ((...parameters: any[]) => unknown) | undefined;
  /** Calls a function by name, with options for this call only. */
  call(symbol: string, parameters: readonly unknown[], options?: CallOptions): Promise<unknown>;
  /** The exports with options: `plugin.with({ deadline: 100 }).greet("Ada")`. */
  with(options: CallOptions): Exports<C>;
  /**
   * Puts another artifact behind this handle: checks and opens it, runs its health check, hands over the state, flips,
   * lets running calls finish, then closes the old instance. A failure before the flip is thrown and changes nothing.
   * Without an artifact, the same path is read again.
   *
   * With `exclusive`, the old instance ends before the new one starts; if that fails, the old artifact is started again.
   *
   * @throws what `open` throws; TENON_STATE_FAILED, TENON_SWAP_BUSY, TENON_SWAP_DEADLINE, TENON_PLUGIN_CLOSED.
   */
  swap(artifact?: string | URL, options?: SwapOptions): Promise<SwapReport>;
  /**
   * Starts a resting plugin, as a call does, and resolves once it is active: then functions can be called synchronously.
   *
   * @throws what `open` throws; TENON_STATE_FAILED, TENON_CIRCUIT_OPEN, TENON_PLUGIN_CRASHED, TENON_PLUGIN_CLOSED.
   */
  start(): Promise<void>;
  /**
   * Ends the instance until the next call, which starts a new one: waits for what is running, and saves the state if the
   * plugin offers that. Calls that come meanwhile wait.
   *
   * @throws TENON_REST_BUSY if something is still in use after `limits.drain`; TENON_STATE_FAILED, TENON_PLUGIN_CRASHED,
   *   TENON_PLUGIN_CLOSED.
   */
  rest(): Promise<void>;
  /**
   * Lets running calls finish, then closes the plugin. New calls are rejected with TENON_PLUGIN_CLOSED. If `open` returned
   * the same plugin more than once, the last close ends it. Never rejects.
   */
  close(): Promise<CloseReport>;
}

export type AnyPlugin = Plugin<Contract<any, any>>;

/** Where the caller side gets the instance from. */
export interface CellSource {
  /** The active cell, or `undefined` while there is none. */
  readonly active: Cell | undefined;
  readonly state: PluginState;
  /** Resolves once it is worth trying again: a cell became active, or this one ready. Rejects if there will be none. */
  whenReady(cell: Cell | undefined, signal: AbortSignal | undefined, deadline: number): Promise<unknown>;
  /** The error for a synchronous caller while there is no active cell. */
  refusal(): TenonError;
}

/** A plugin's functions as objects. */
interface ExportViews {
  readonly async: Record<string, any>;
  readonly sync: Record<string, any>;
}

/** A contract with more functions is compiled while the plugin opens, when the limit of time for loading covers it. */
const mostLater = 64;

/** The caller side of a plugin: its functions, compiled once for the plugin's whole life. */
export class Functions {
  readonly signatures: readonly Signature[];
  readonly gate: Gate;
  readonly #slots: readonly Slot[];
  readonly #invocations: readonly Invocation[];
  readonly #callables = new Map<string, Callable>();
  readonly #detours = new Map<string, Detours>();
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #optional: readonly Signature[];
  readonly #series: readonly (CallSeries | undefined)[];
  /** The interceptors of each function. */
  #chains: readonly (readonly Interceptor[])[];
  /** The last cell that the functions pointed at. */
  #pointed: Cell | undefined;
  /** Made on first use: a point calls its plugins without it. */
  #assembled: Assembled | undefined;
  #absentees: readonly Signature[] = [];
  #exports: ExportViews | undefined;

  constructor(
    readonly contract: Contract,
    readonly limits: Limits,
    readonly source: CellSource,
    /** Whether the plugin runs in the host's thread, where its own functions can be called directly. */
    readonly inHostThread: boolean,
    /** Whether calls over the short path are counted, to find out whether the plugin is idle. */
    readonly counted = false,
    /** What watches the calls. */
    readonly observer: Observer = new Observer("", new Interceptors(), undefined),
  ) {
    this.signatures = signatures(contract.exports);
    this.#indexes = new Map(this.signatures.map(({ path }, index) => [path, index]));
    this.gate = createGate({ concurrency: limits.concurrency, queue: limits.queue });
    this.#slots = this.signatures.map(() => ({ direct: undefined }));
    this.#invocations = this.signatures.map((signature) => new Invocation(signature, limits.bytes));
    this.#series = this.signatures.map((signature) => observer.seriesOf(signature));
    this.#chains = this.signatures.map((signature) => observer.chain("export", signature));
    this.#optional = this.signatures.filter(({ type }) => type.optional);
    if (this.signatures.length > mostLater) this.#assemble();
  }

  /** How many calls run and how many wait for their turn. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.source.active?.running ?? 0, waiting: this.gate.waiting };
  }

  /** The functions as objects, without the optional ones that the plugin does not implement. */
  get exports(): ExportViews {
    return this.#exports ?? this.#makeExports();
  }

  /** The classes of the plugin's resources. */
  get resources(): Assembled["resources"] {
    return this.signatures.some(({ resource }) => resource !== undefined) ? this.#assemble().resources : [];
  }

  #assemble(): Assembled {
    this.#assembled ??= assemble(this.contract.exports, (signature, view) =>
      signature.kind === "drop" ? undefined : this.#callable(signature)[view],
    );
    return this.#assembled;
  }

  #makeExports(): ExportViews {
    const { async, sync } = this.#assemble();
    const absent = this.#absentees;
    this.#exports = { async: without(async, absent), sync: without(sync, absent) };
    return this.#exports;
  }

  /** Interceptors were added or removed. */
  observe(): void {
    const { observer } = this;
    this.#chains = this.signatures.map((signature) => observer.chain("export", signature));
    observer.refresh();
    this.#aim(this.source.active);
  }

  /** Points the functions at an instance, or at none. Every new call goes there. */
  point(cell: Cell | undefined): void {
    this.#pointed = cell ?? this.#pointed;
    if (cell !== undefined && this.observer.look()) this.observe();
    else this.#aim(cell);
    if (cell === undefined) return;
    const absent = this.#optional.filter((signature) => cell.targets[this.#index(signature)] === undefined);
    if (absent.length + this.#absentees.length > 0) this.#exports = undefined;
    this.#absentees = absent;
  }

  /** What is intercepted is not called directly. */
  #aim(cell: Cell | undefined): void {
    const unlimited = this.limits.concurrency === 0;
    for (const [index, slot] of this.#slots.entries()) {
      const target = cell?.targets[index];
      const short = unlimited && this.#chains[index]?.length === 0 && this.#invocations[index]?.plain;
      const direct = short && target?.wantsCall !== true ? target?.direct : undefined;
      slot.direct = direct === undefined || cell === undefined || !this.counted ? direct : counting(cell, direct);
    }
  }

  /** Lets go of an instance that is gone, so that it can be garbage-collected. */
  forget(): void {
    this.#pointed = undefined;
  }

  /** The function that returns the value itself if the plugin does; for extension points. */
  either(label: string): ((...parameters: any[]) => unknown) | undefined {
    const signature = findSignature(this.contract, label);
    if (signature === undefined || this.#absent(signature)) return undefined;
    return this.#callable(signature).either;
  }

  /** The parts of a function's short path, for points that compile them into their own. */
  direct(path: string): { readonly slot: Slot; readonly detours: Detours } | undefined {
    const index = this.#indexes.get(path) ?? -1;
    const signature = this.signatures[index];
    const slot = this.#slots[index];
    if (signature === undefined || slot === undefined || this.#absent(signature)) return undefined;
    this.#callable(signature);
    const detours = this.#detours.get(path);
    return detours && { slot, detours };
  }

  byName(symbol: string): Signature {
    const signature = findSignature(this.contract, symbol);
    if (signature === undefined || signature.kind === "method" || signature.kind === "drop") {
      const symbols = this.symbols();
      throw symbolMissing(symbol, symbols, nearest(symbol, symbols));
    }
    if (this.#absent(signature)) throw symbolOmitted(symbol);
    return signature;
  }

  symbols(): string[] {
    return this.signatures
      .filter((signature) => signature.kind !== "method" && signature.kind !== "drop" && !this.#absent(signature))
      .map(({ label }) => label);
  }

  lookup(symbol: string): (...parameters: any[]) => Promise<any> {
    return this.#callable(this.byName(symbol)).async;
  }

  /**
   * Calls over the long path, with options for this call only.
   *
   * @param checked whether the parameters were checked in this turn.
   */
  call(
    signature: Signature,
    parameters: readonly unknown[],
    options: CallOptions | undefined,
    checked = false,
  ): Promise<unknown> {
    const index = this.#index(signature);
    const chain = this.#chains[index] as readonly Interceptor[];
    let how: Caller;
    try {
      how = callerOf(options, this.limits.deadline);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
    if (chain.length > 0) return this.#callIntercepted(chain, index, signature, parameters, how);
    return this.#call(index, signature, parameters, how, checked);
  }

  /** Calls with interceptors around the call. */
  #callIntercepted(
    chain: readonly Interceptor[],
    index: number,
    signature: Signature,
    parameters: readonly unknown[],
    how: Caller,
  ): Promise<unknown> {
    const invocation = this.#invocations[index] as Invocation;
    const { metadata = noMetadata } = how;
    const call = new GuardedCall(
      this.observer.plugin,
      signature.label,
      parameters,
      metadata,
      timeOf(how),
      signalOf(how),
    );
    const before = currentContext()?.metadata;
    const proceed = (given: readonly unknown[]) => {
      // Its signal is aborted by the caller's and at the deadline: the plugin learns of both before the caller goes on.
      const { left, signal } = call;
      const inside = { deadline: left, signal, metadata: withAdded(how.metadata, before), outer: how.outer };
      return this.#call(index, signature, given, inside, false);
    };
    return call.run(() => {
      invocation.checkParameters(parameters);
      return callIntercepted(chain, invocation, call, proceed, call);
    });
  }

  #callSync(index: number, signature: Signature, parameters: readonly unknown[]): unknown {
    const invocation = this.#invocations[index] as Invocation;
    const cell = invocation.ownerOf(parameters) ?? this.source.active;
    if (cell?.door !== "open") throw this.source.refusal();
    const target = cell.targets[index];
    if (target === undefined) throw symbolOmitted(signature.label);
    return invocation.callSync(cell, target, parameters, timeOf(callerOf(undefined, this.limits.deadline)));
  }

  /** Counts a synchronous call over the long path, if something does. */
  #callSyncCounted(index: number, signature: Signature, parameters: readonly unknown[]): unknown {
    const running = this.#series[index]?.enter();
    try {
      const value = this.#callSync(index, signature, parameters);
      running?.leave();
      return value;
    } catch (thrown) {
      running?.leave(thrown);
      throw thrown;
    }
  }

  #callSyncIntercepted(index: number, signature: Signature, parameters: readonly unknown[]): unknown {
    const chain = this.#chains[index] as readonly Interceptor[];
    if (chain.length === 0) return this.#callSyncCounted(index, signature, parameters);
    const { label } = signature;
    const how = callerOf(undefined, this.limits.deadline);
    const { plugin } = this.observer;
    const { metadata = noMetadata } = how;
    // No spread: it would cost more than the call.
    const call: InterceptedCall = {
      plugin,
      function: label,
      direction: "export",
      parameters,
      metadata,
      signal: neverAborted,
      deadline: timeOf(how),
      sync: true,
    };
    const proceed = (given: readonly unknown[]) => this.#callSyncCounted(index, signature, given);
    return callIntercepted(chain, this.#invocations[index] as Invocation, call, proceed, neverOver);
  }

  #call(
    index: number,
    signature: Signature,
    parameters: readonly unknown[],
    how: Caller,
    checked: boolean,
  ): Promise<unknown> {
    const invocation = this.#invocations[index] as Invocation;
    const series = this.#series[index];
    let entered: Promise<void> | undefined;
    try {
      entered = this.gate.enter(this.limits.concurrency === 0 ? how.signal : signalOf(how));
    } catch (thrown) {
      series?.refused(thrown);
      return Promise.reject(thrown);
    }
    const gate: Leaving = series === undefined ? this.gate : series.enter(this.gate);
    if (entered === undefined) {
      let cell: Cell | undefined;
      try {
        cell = invocation.ownerOf(parameters) ?? this.source.active;
        const target = cell?.ready === true ? cell.targets[index] : undefined;
        if (cell !== undefined && target !== undefined)
          return invocation.call(cell, target, parameters, how, gate, checked);
      } catch (thrown) {
        gate.leave(thrown);
        return Promise.reject(thrown);
      }
    }
    return this.#callLater(entered, gate, index, signature, parameters, how);
  }

  /** Calls once the gate has been entered and the cell is ready. */
  async #callLater(
    entered: Promise<void> | undefined,
    gate: Leaving,
    index: number,
    signature: Signature,
    parameters: readonly unknown[],
    how: Caller,
  ): Promise<unknown> {
    const begun = performance.now();
    const invocation = this.#invocations[index] as Invocation;
    const { deadline, outer } = how;
    const signal = signalOf(how);
    try {
      if (entered !== undefined) await entered;
    } catch (thrown) {
      gate.turnedAway?.(thrown);
      throw thrown;
    }
    let cell: Cell | undefined;
    let target: InstanceFunction | undefined;
    let waited = entered !== undefined;
    try {
      cell = invocation.ownerOf(parameters) ?? this.source.active;
      // Checked again after every wait, in the turn in which the call enters: a cell that was ready may be held by now.
      while (cell?.ready !== true) {
        const left = deadline === 0 || !waited ? deadline : remaining(deadline, begun);
        await this.source.whenReady(cell, signal, shorter(left, millisecondsUntil(outer?.due ?? Infinity)));
        waited = true;
        cell = invocation.ownerOf(parameters) ?? this.source.active;
      }
      target = cell.targets[index];
      if (target === undefined) throw symbolOmitted(signature.label);
    } catch (thrown) {
      gate.leave(thrown);
      throw thrown;
    }
    const left = deadline === 0 || !waited ? deadline : remaining(deadline, begun);
    return invocation.call(cell, target, parameters, { ...how, deadline: left }, gate, false);
  }

  /** Exports whose calls all have these options. */
  withOptions(options: CallOptions): Record<string, any> {
    return assemble(this.contract.exports, (signature, view) => {
      if (view !== "async" || signature.kind === "drop" || this.#absent(signature)) return undefined;
      return (...parameters: unknown[]) => this.call(signature, parameters, options);
    }).async;
  }

  /** The cell whose function has just been called directly. That function itself may have closed the plugin. */
  #called(): Cell {
    if (this.#pointed === undefined) throw this.source.refusal();
    return this.#pointed;
  }

  /** A plugin that rests implements what it did before. */
  #absent(signature: Signature): boolean {
    const { active, state } = this.source;
    if (!signature.type.optional) return false;
    if (active !== undefined) return active.targets[this.#index(signature)] === undefined;
    return state === "resting" && this.#absentees.includes(signature);
  }

  #index(signature: Signature): number {
    return this.#indexes.get(signature.path) ?? -1;
  }

  #callable(signature: Signature): Callable {
    let callable = this.#callables.get(signature.path);
    if (callable === undefined) {
      callable = this.#compile(signature);
      this.#callables.set(signature.path, callable);
    }
    return callable;
  }

  #compile(signature: Signature): Callable {
    const index = this.#index(signature);
    const invocation = this.#invocations[index] as Invocation;
    const slot = this.#slots[index] as Slot;
    const series = this.#series[index];
    const { deadline } = this.limits;
    const detours: Detours = {
      limit: this.limits.bytes,
      series,
      slow: (parameters) => this.call(signature, parameters, undefined, true),
      slowSync: (parameters) => this.#callSyncIntercepted(index, signature, parameters),
      settle: (promise, begun = 0) => invocation.settle(this.#called(), promise, deadline, series?.promised(begun)),
      failed: (thrown, begun = 0) => {
        const error = invocation.thrown(this.#called(), thrown);
        if (begun !== 0) series?.end(begun);
        series?.failed(error);
        return error;
      },
    };
    this.#detours.set(signature.path, detours);
    return compileCallable(signature, slot, detours, this.inHostThread);
  }
}

function counting(cell: Cell, direct: (...parameters: any[]) => unknown): (...parameters: any[]) => unknown {
  return (...parameters) => {
    cell.entered++;
    return direct(...parameters);
  };
}
const neverAborted = new AbortController().signal;
const neverOver = { isOver: false };

/** Returns what is left of a deadline: at least 1, because 0 means that there is none. */
function remaining(deadline: number, begun: number): number {
  return Math.max(1, deadline - (performance.now() - begun));
}

/** Returns the object without the absent functions. */
function without(object: Record<string, any>, absent: readonly Signature[]): Record<string, any> {
  if (absent.length === 0) return object;
  const copy = { ...object };
  for (const { interface: owner, name, resource } of absent) {
    if (resource !== undefined) continue;
    if (owner === undefined) delete copy[name];
    else {
      copy[owner] = { ...copy[owner] };
      delete copy[owner][name];
    }
  }
  return copy;
}
