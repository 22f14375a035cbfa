import type { Contract } from "../contract/core.js";

const brand = Symbol.for("tenon.plugin");

/** What a plugin may take part in beyond its functions. Each is optional. */
export interface Lifecycle {
  /** Answers `false` or throws when the plugin is not well. Asked for after loading, and before a swap is made final. */
  health?(): unknown;
  /** The plugin's state as JSON values; given to the `restore` of the plugin that takes its place. */
  save?(): unknown;
  /** Takes over the state of the plugin whose place this one takes. */
  restore?(state: any): void | Promise<void>;
  /** Called once, after the last call; what the plugin opened should be closed here. */
  close?(): void | Promise<void>;
}

/** What `plugin()` of `tenon/guest` returns: a contract and who implements it. Recognised by its brand. */
export interface PluginDescriptor<C extends Contract<any, any> = Contract<any, any>> {
  readonly contract: C;
  /** The implementation itself, or a function of the context that returns it. */
  readonly implementation: unknown;
}

/** Brands a descriptor, so that another copy of this package recognises it. */
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
