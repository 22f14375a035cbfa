import type { Contract } from "../contract/core.js";

const brand = Symbol.for("tenon.plugin");

/** What a plugin may take part in beyond its functions. Each is optional. */
export interface Lifecycle {
  /** Returns `false` or throws if the plugin is not healthy. Called after loading, and before a swap becomes final. */
  health?(): unknown;
  /** Returns the plugin's state as JSON values, for the `restore` of the plugin that replaces it. */
  save?(): unknown;
  /** Takes over the state of the plugin that this one replaces. */
  restore?(state: any): void | Promise<void>;
  /** Called once, after the last call. Close here what the plugin opened. */
  close?(): void | Promise<void>;
}

/** What `plugin()` of `tenon/guest` returns: a contract and its implementation. Recognised by its brand. */
export interface PluginDescriptor<C extends Contract<any, any> = Contract<any, any>> {
  readonly contract: C;
  /** The implementation itself, or a function of the context that returns it. */
  readonly implementation: unknown;
}

/** Makes a descriptor with a brand, so that another copy of this package recognises it. */
export function describePlugin<C extends Contract<any, any>>(
  contract: C,
  implementation: unknown,
): PluginDescriptor<C> {
  return Object.freeze({ [brand]: true, contract, implementation });
}

/** Whether a value is what `plugin()` returned, from this copy of the package or another. */
export function isPluginDescriptor(value: unknown): value is PluginDescriptor {
  return typeof value === "object" && value !== null && (value as { [brand]?: unknown })[brand] === true;
}
