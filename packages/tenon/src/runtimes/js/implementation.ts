import type { Contract } from "../../contract/core.js";
import { isPluginDescriptor, type Lifecycle } from "../../runtime/descriptor.js";

/** What a loaded module provides, however it is written. */
export interface Authored {
  /** The contract that the plugin itself names. */
  readonly contract: Contract | undefined;
  readonly lifecycle: Lifecycle;
  /** Runs the plugin's activation and returns the object with the exports. */
  activate(context: object): unknown;
}

type Namespace = Readonly<Record<string, any>>;

/**
 * Reads what a module exports: `plugin(…)` of `tenon/guest` as the default export or `module.exports`; otherwise the
 * implementation itself, as named exports or as an object that is the only (default) export.
 */
export function readAuthored(exported: unknown, contract: Contract): Authored {
  const namespace =
    (typeof exported === "object" || typeof exported === "function") && exported !== null
      ? (exported as Namespace)
      : {};
  const descriptor = [namespace, namespace.default].find(isPluginDescriptor);
  if (descriptor !== undefined) {
    const { implementation } = descriptor;
    return {
      contract: descriptor.contract,
      lifecycle: {},
      activate: (context) => (typeof implementation === "function" ? implementation(context) : implementation),
    };
  }
  const names = Object.keys(namespace).filter((name) => name !== "__esModule");
  const only = names.length === 1 && names[0] === "default" ? namespace.default : undefined;
  const module: Namespace = typeof only === "object" && only !== null ? only : namespace;
  // A name that is in the contract belongs to the contract, and is not a hook.
  const hook = (name: string): ((...parameters: any[]) => any) | undefined => {
    const found = Object.hasOwn(contract.exports, name) ? undefined : module[name];
    return typeof found === "function" ? found.bind(module) : undefined;
  };
  const hooks = {
    health: hook("health"),
    save: hook("saveState"),
    restore: hook("restoreState"),
    close: hook("deactivate"),
  };
  return {
    contract: undefined,
    lifecycle: Object.fromEntries(Object.entries(hooks).filter(([, value]) => value !== undefined)),
    async activate(context) {
      await hook("activate")?.(context);
      return module;
    },
  };
}
