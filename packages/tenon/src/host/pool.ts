import type { Contract, Exports, Signature } from "../contract/core.js";
import { assemble, Handle } from "../runtime/index.js";
import type { LivePlugin } from "./live-plugin.js";
import { invalid } from "./option-checks.js";
import type { OpenOptions } from "./options.js";
import type { Plugin } from "./plugin.js";

/** How a pool is opened: as each of its plugins is. */
export interface PoolOptions<C extends Contract<any, any> = Contract> extends Omit<OpenOptions<C>, "fresh"> {
  /** How many plugins it has. Default 2. */
  readonly instances?: number;
}

/**
 * The same artifact opened several times behind one set of functions: for plugins that keep nothing between calls, and whose
 * calls each hold an instance, by computing or by waiting.
 *
 * Each plugin has its own instance, supervision and limits. In threads and processes they compute side by side.
 */
export interface Pool<C extends Contract<any, any> = Contract> extends AsyncDisposable {
  readonly contract: C;
  /** Each is a plugin like any other: it can be swapped, and tells its own state. */
  readonly plugins: readonly Plugin<C>[];
  /**
   * The functions. A call goes to the active plugin with the fewest calls under way; one that is given an object of a
   * plugin's goes to that plugin, as do the object's own methods.
   */
  readonly exports: Exports<C>;
  /** Closes all of them, as `Plugin.close` does. */
  close(): Promise<void>;
}

const mostInstances = 1024;

/** @throws TENON_OPTION_INVALID */
export function readInstances(given: unknown = 2): number {
  if (Number.isInteger(given) && (given as number) >= 1 && (given as number) <= mostInstances) return given as number;
  throw invalid("instances", `expected a whole number from 1 to ${mostInstances}, got ${String(given)}`);
}

/**
 * Opens the plugins of a pool, the first alone, so that what is wrong with the artifact is found once.
 *
 * @param open opens one more plugin.
 * @throws what `open` throws, and TENON_OPTION_INVALID for a plugin that keeps state; whatever was opened is closed then.
 */
export async function openPool<C extends Contract<any, any>>(
  instances: number,
  open: () => Promise<LivePlugin>,
): Promise<Pool<C>> {
  const first = await open();
  if (instances > 1 && first.active?.instance.restores === true) {
    await first.end();
    throw invalid("instances", `${first.name} keeps state, which it hands over in swaps: its calls need one instance`);
  }
  const others = await Promise.allSettled(Array.from({ length: instances - 1 }, open));
  const opened = others.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = others.find((each) => each.status === "rejected");
  if (failed === undefined) return new PluginPool([first, ...opened]) as Pool<any>;
  await Promise.all([first, ...opened].map((plugin) => plugin.end()));
  throw failed.reason;
}

interface Member {
  readonly plugin: LivePlugin;
  /** Calls of the pool's under way. */
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

  /** Where none is active, a call waits with the first for its restart, or is told why there is none. */
  #idlest(): Member {
    const active = this.#members.filter(({ plugin }) => plugin.active !== undefined);
    if (active.length === 0) return this.#members.find(({ plugin }) => plugin.state !== "closed") ?? this.#members[0]!;
    return active.reduce((least, member) => (member.running < least.running ? member : least));
  }
}
