import { type Contract, type Exports, type Signature, type SyncExports, signatures } from "../contract/core.js";
import { findSignature } from "../contract/signature.js";
import { errors, type TenonError } from "../errors/index.js";
import { type Assembled, assemble, type CloseReport, type Isolation } from "../runtime/index.js";
import { type Callable, compileCallable, type Detours, type Slot } from "./callable.js";
import type { Cell } from "./cell.js";
import { createGate, type Gate } from "./gate.js";
import { Invocation } from "./invocation.js";
import type { CallOptions, Limits } from "./options.js";
import type { SwapReport } from "./swap.js";

export type PluginState = "opening" | "active" | "draining" | "closed" | "crashed";

/**
 * An opened plugin: what the host's user holds. Swapping, crashing and restarting change the instance behind it, never
 * the handle, nor the functions taken from it.
 */
export interface Plugin<C extends Contract<any, any> = Contract> extends AsyncDisposable {
  readonly name: string;
  readonly version: string | undefined;
  readonly contract: C;
  /** The artifact's path. */
  readonly artifact: string;
  readonly place: string;
  readonly state: PluginState;
  /** The isolation that the instance has in fact. */
  readonly isolation: Isolation;
  /** Thread or process id, where there is one. */
  readonly id: number | undefined;
  readonly priority: number;
  readonly requires: Readonly<Record<string, string>>;
  /** The plugin's functions, asynchronous in every place. Works when destructured. */
  readonly exports: Exports<C>;
  /**
   * The same functions, synchronous: inline always, in a worker by waiting on shared memory. Elsewhere each call throws
   * TENON_SYNC_UNAVAILABLE.
   */
  readonly sync: SyncExports<C>;
  /**
   * A function by name, as Go's `Plugin.Lookup`: `greet`, `store.get`.
   * @throws TENON_SYMBOL_MISSING
   */
  lookup(symbol: string): (...parameters: any[]) => Promise<any>;
  /** The names that `lookup` knows. */
  symbols(): string[];
  /**
   * A function by {@link Signature.path} that answers at once where the plugin does, and with a promise otherwise; for
   * those who call many plugins, as extension points do. `undefined` where the plugin left it out.
   */
  callable(path: string): ((...parameters: any[]) => unknown) | undefined;
  /** Calls a function by name with options of this call alone. */
  call(symbol: string, parameters: readonly unknown[], options?: CallOptions): Promise<unknown>;
  /** The exports with options: `plugin.with({ deadline: 100 }).greet("Ada")`. */
  with(options: CallOptions): Exports<C>;
  /**
   * Puts another artifact behind this handle: opens, checks and asks it for its health, hands the state over, flips, lets
   * running calls end, closes the old one. Any failure before the flip is thrown and changes nothing. Without an artifact
   * it is the same path, read again.
   */
  swap(artifact?: string | URL, options?: { readonly settings?: unknown }): Promise<SwapReport>;
  /**
   * Lets running calls end, then closes. Calls made from now on are rejected with TENON_PLUGIN_CLOSED. If `open` gave the
   * same plugin several times, the last close ends it. Never rejects.
   */
  close(): Promise<CloseReport>;
}

export type AnyPlugin = Plugin<Contract<any, any>>;

/** Where the caller side asks for the instance: the lifecycle gives the current cell, or waits for it, or refuses. */
export interface CellSource {
  /** The active cell, or `undefined` while there is none. */
  readonly active: Cell | undefined;
  /** Resolves when there is an active cell; rejects when there will be none. */
  whenActive(signal: AbortSignal | undefined, deadline: number): Promise<Cell>;
  /** Why there is no active cell, for synchronous callers. */
  refusal(): TenonError;
}

/** The caller side of a plugin: its functions, compiled once for its whole life. */
export class Functions {
  readonly signatures: readonly Signature[];
  readonly assembled: Assembled;
  readonly gate: Gate;
  readonly #slots: readonly Slot[];
  readonly #invocations: readonly Invocation[];
  readonly #callables = new Map<string, Callable>();
  readonly #detours = new Map<string, Detours>();
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #optional: readonly Signature[];
  /** The functions as objects, without the optional ones that the plugin left out. */
  exports: { readonly async: Record<string, any>; readonly sync: Record<string, any> };

  constructor(
    readonly contract: Contract,
    readonly limits: Limits,
    readonly source: CellSource,
  ) {
    this.signatures = signatures(contract.exports);
    this.#indexes = new Map(this.signatures.map(({ path }, index) => [path, index]));
    this.gate = createGate({ concurrency: limits.concurrency, queue: limits.queue });
    this.#slots = this.signatures.map(() => ({ direct: undefined }));
    this.#invocations = this.signatures.map((signature) => new Invocation(signature, limits.bytes));
    this.assembled = assemble(contract.exports, (signature, view) =>
      signature.kind === "drop" ? undefined : this.#callable(signature)[view],
    );
    this.#optional = this.signatures.filter(({ type }) => type.optional);
    this.exports = this.assembled;
  }

  /** Points the functions at an instance, or at none. From here on every new call goes there. */
  point(cell: Cell | undefined): void {
    const unlimited = this.limits.concurrency === 0;
    for (const [index, slot] of this.#slots.entries()) {
      const target = cell?.targets[index];
      slot.direct =
        unlimited && this.#invocations[index]?.plain && target?.wantsCall !== true ? target?.direct : undefined;
    }
    const absent =
      cell === undefined
        ? []
        : this.#optional.filter((signature) => cell.targets[this.#index(signature)] === undefined);
    if (cell !== undefined)
      this.exports = { async: without(this.assembled.async, absent), sync: without(this.assembled.sync, absent) };
  }

  /** The function that answers at once where the plugin does; for extension points. */
  either(label: string): ((...parameters: any[]) => unknown) | undefined {
    const signature = findSignature(this.contract, label);
    if (signature === undefined || this.#absent(signature)) return undefined;
    return this.#callable(signature).either;
  }

  /** What the short path of a function is made of, for points that compile it into theirs. */
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
      throw errors.TENON_SYMBOL_MISSING({
        message: `there is no symbol "${symbol}"; there are: ${this.symbols().join(", ")}`,
        subject: symbol,
      });
    }
    if (this.#absent(signature)) {
      throw errors.TENON_SYMBOL_MISSING({
        message: `the plugin left the optional function "${symbol}" out`,
        subject: symbol,
      });
    }
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

  /** The long way in, with options of this call alone. */
  async call(signature: Signature, parameters: readonly unknown[], options: CallOptions | undefined): Promise<unknown> {
    const index = this.#index(signature);
    const invocation = this.#invocations[index] as Invocation;
    const deadline = options?.deadline ?? this.limits.deadline;
    const begun = performance.now();
    const entered = this.gate.enter(options?.signal);
    if (entered !== undefined) await entered;
    try {
      const current = this.source.active ?? (await this.source.whenActive(options?.signal, deadline));
      const cell = invocation.cellOf(parameters, () => current);
      const target = cell.targets[index];
      if (target === undefined) throw missingTarget(signature.label);
      const left =
        deadline === 0
          ? 0
          : Math.max(
              1,
              deadline - (entered === undefined && current === this.source.active ? 0 : performance.now() - begun),
            );
      return await invocation.call(cell, target, parameters, left, options?.signal);
    } finally {
      this.gate.leave();
    }
  }

  /** Exports whose calls all have these options. */
  withOptions(options: CallOptions): Record<string, any> {
    return assemble(this.contract.exports, (signature, view) => {
      if (view !== "async" || signature.kind === "drop" || this.#absent(signature)) return undefined;
      return (...parameters: unknown[]) => this.call(signature, parameters, options);
    }).async;
  }

  #absent(signature: Signature): boolean {
    return (
      signature.type.optional &&
      this.source.active !== undefined &&
      this.source.active.targets[this.#index(signature)] === undefined
    );
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
    const current = (): Cell => {
      const cell = this.source.active;
      if (cell === undefined) throw this.source.refusal();
      return cell;
    };
    const detours: Detours = {
      limit: this.limits.bytes,
      slow: (parameters) => this.call(signature, parameters, undefined),
      slowSync: (parameters) => {
        const cell = invocation.cellOf(parameters, current);
        const target = cell.targets[index];
        if (target === undefined) throw missingTarget(signature.label);
        return invocation.callSync(cell, target, parameters, this.limits.deadline);
      },
      settle: (promise) => invocation.settle(current(), promise, this.limits.deadline),
      failed: (thrown) => invocation.failed(current(), thrown),
    };
    this.#detours.set(signature.path, detours);
    return compileCallable(signature, slot, detours);
  }
}

function missingTarget(label: string): TenonError {
  return errors.TENON_SYMBOL_MISSING({ message: `the plugin does not offer ${label}()`, subject: label });
}

/** The same object, less the functions that are absent. */
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
