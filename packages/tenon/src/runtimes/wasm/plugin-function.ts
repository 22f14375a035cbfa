import type { Signature } from "../../contract/core.js";

/** A function of a loaded plugin, called with values. Resources are representations. */
export interface PluginFunction {
  readonly signature: Signature;
  /** Answers with a promise where the plugin waits. */
  readonly call: (...parameters: any[]) => unknown;
  /** The same where the engine suspends the plugin's code while a host function waits. */
  readonly start?: ((...parameters: any[]) => unknown) | undefined;
}

/** A function that is compiled when it is first asked for: most of a plugin's are never called. */
export function lazily(signature: Signature, compile: () => PluginFunction["call"]): PluginFunction {
  let compiled: PluginFunction["call"] | undefined;
  return {
    signature,
    get call(): PluginFunction["call"] {
      compiled ??= compile();
      return compiled;
    },
  };
}
