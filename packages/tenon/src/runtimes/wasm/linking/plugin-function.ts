import type { Signature } from "../../../contract/core.js";
import type { TenonError } from "../../../errors/index.js";

/** A function of a loaded plugin, called with values. Resources are representations. */
export interface PluginFunction {
  readonly signature: Signature;
  /** Calls the function. Returns a promise if the plugin waits. */
  readonly call: (...parameters: any[]) => unknown;
  /** The same, but the engine suspends the plugin's code while a host function waits. */
  readonly start?: ((...parameters: any[]) => unknown) | undefined;
  /** Cancels the call that returned this promise. Default: cancellation of the component model. */
  readonly cancel?: (answer: Promise<unknown>, reason: TenonError) => unknown;
}

/**
 * Returns a function that is compiled when it is first used; most functions of a plugin never are.
 *
 * @param compileStart compiles `start`, if there is one.
 */
export function lazyPluginFunction(
  signature: Signature,
  compile: () => PluginFunction["call"],
  compileStart?: () => PluginFunction["call"],
): PluginFunction {
  let call: PluginFunction["call"] | undefined;
  let start: PluginFunction["start"];
  return {
    signature,
    get call(): PluginFunction["call"] {
      call ??= compile();
      return call;
    },
    get start(): PluginFunction["start"] {
      start ??= compileStart?.();
      return start;
    },
  };
}
