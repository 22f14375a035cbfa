import type { Contract, Exports, Imports, Signature } from "../contract/core.js";
import { optionInvalid } from "../errors/factories/host-option.js";
import type { TenonError } from "../errors/index.js";
import { assemble, Handle } from "../runtime/index.js";
import type { Cell } from "./cell.js";
import type { LivePlugin } from "./live-plugin.js";
import type { InstanceOptions, NeedsNoImports } from "./options.js";
import type { Plugin } from "./plugin.js";

interface SeveralOptions extends InstanceOptions {
  /** The number of plugins. Default 2. */
  readonly instances?: number;
}

interface PoolOptionsWithImports<I> extends SeveralOptions {
  /** The host's functions, for all plugins. */
  readonly imports: I;
}
interface PoolOptionsWithoutImports<I> extends SeveralOptions {
  /** The host's functions, for all plugins. */
  readonly imports?: I;
}

/** How to open a pool: the options for each of its plugins, and their number. */
export type PoolOptions<C extends Contract<any, any> = Contract> =
  NeedsNoImports<C> extends true ? PoolOptionsWithoutImports<Imports<C>> : PoolOptionsWithImports<Imports<C>>;

/**
 * The same artifact opened several times behind one set of functions: for plugins that keep nothing between calls, and
 * whose calls occupy an instance while they compute or wait.
 *
 * Each plugin has its own instance, supervision and limits. In threads and processes they run in parallel.
 */
export interface Pool<C extends Contract<any, any> = Contract> extends AsyncDisposable {
  readonly contract: C;
  /** The plugins. Each is a plugin like any other: it can be swapped, and has its own state. */
  readonly plugins: readonly Plugin<C>[];
  /**
   * The functions. A call goes to the active plugin with the fewest running calls. A call with an object that a plugin
   * made goes to that plugin, and so do the object's own methods.
   */
  readonly exports: Exports<C>;
  /** Closes all of them, as `Plugin.close` does. */
  close(): Promise<void>;
}

const mostInstances = 1024;

/** @throws TENON_OPTION_INVALID */
export function readInstances(given: unknown = 2): number {
  if (Number.isInteger(given) && (given as number) >= 1 && (given as number) <= mostInstances) return given as number;
  throw optionInvalid("instances", `expected a whole number from 1 to ${mostInstances}, got ${String(given)}`);
}

/**
 * Opens the plugins of a pool: the first one alone, so that a problem with the artifact is found only once.
 *
 * @param open opens one more plugin.
 * @throws what `open` throws; TENON_OPTION_INVALID for a plugin that keeps state. Closes every plugin that was opened.
 */
export async function openPool<C extends Contract<any, any>>(
  instances: number,
  open: () => Promise<LivePlugin>,
): Promise<Pool<C>> {
  const first = await open();
  const admit = ({ name, instance }: Cell) => {
    if (instances > 1 && instance.restores) throw instancesOfState(name, instances);
  };
  try {
    if (first.active !== undefined) admit(first.active);
  } catch (refused) {
    await first.lifecycle.end();
    throw refused;
  }
  const others = await Promise.allSettled(Array.from({ length: instances - 1 }, open));
  const opened = others.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = others.find((each) => each.status === "rejected");
  for (const plugin of [first, ...opened]) plugin.lifecycle.admit = admit;
  if (failed === undefined) return new PluginPool([first, ...opened]) as Pool<any>;
  await Promise.all([first, ...opened].map((plugin) => plugin.lifecycle.end()));
  throw failed.reason;
}

function instancesOfState(name: string, instances: number): TenonError {
  return optionInvalid(
    "instances",
    `plugin ${name} keeps state that it hands over in swaps, so it can have only 1 instance, got ${instances}`,
  );
}

/** Whether a call starts it, or waits for such a start. */
function wakes({ state }: LivePlugin): boolean {
  return state === "resting" || state === "opening";
}

function isBefore(one: Member, other: Member): boolean {
  if (one.running !== other.running) return one.running < other.running;
  return one.plugin.active !== undefined && other.plugin.active === undefined;
}

interface Member {
  readonly plugin: LivePlugin;
  /** The pool's running calls in this plugin. */
  running: number;
}

class PluginPool implements Pool<any> {
  readonly contract: any;
  readonly exports: any;
  readonly #members: readonly Member[];

  constructor(plugins: readonly LivePlugin[]) {
    this.#members = plugins.map((plugin) => ({ plugin, running: 0 }));
    this.contract = plugins[0]!.contract;
    this.exports = assemble(this.contract.exports, (signature, view) =>
      view === "sync" || signature.kind === "drop"
        ? undefined
        : (...parameters: unknown[]) => this.#call(signature, parameters),
    ).async;
  }

  get plugins(): readonly Plugin<any>[] {
    return this.#members.map(({ plugin }) => plugin);
  }

  async close(): Promise<void> {
    await Promise.all(this.plugins.map((plugin) => plugin.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #call(signature: Signature, parameters: readonly unknown[]): Promise<unknown> {
    const member = this.#ownerOf(parameters) ?? this.#idlest();
    const { plugin } = member;
    const call = plugin.callable(signature.path) ?? plugin.lookup(signature.label);
    member.running++;
    try {
      return await call(...parameters);
    } finally {
      member.running--;
    }
  }

  #ownerOf(parameters: readonly unknown[]): Member | undefined {
    for (const parameter of parameters) {
      const state = Handle.state(parameter);
      if (state === undefined) continue;
      const { owner } = state.boundary;
      const cell = typeof owner === "function" ? owner() : owner;
      const member = this.#members.find(({ plugin }) => plugin.active === cell);
      if (member !== undefined) return member;
    }
    return undefined;
  }

  /**
   * A plugin that rests is started only if all active ones are busy. If none can be called, the call goes to the first one,
   * which waits for its restart or rejects.
   */
  #idlest(): Member {
    const fit = this.#members.filter(({ plugin }) => plugin.active !== undefined || wakes(plugin));
    if (fit.length === 0) return this.#members.find(({ plugin }) => plugin.state !== "closed") ?? this.#members[0]!;
    return fit.reduce((least, member) => (isBefore(member, least) ? member : least));
  }
}
