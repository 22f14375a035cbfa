import type { Signature } from "../../contract/core.js";
import type { TenonError } from "../../errors/index.js";

/** A function of a loaded plugin, called with values. Resources are representations. */
export interface PluginFunction {
  readonly signature: Signature;
  /** Answers with a promise where the plugin waits. */
  readonly call: (...parameters: any[]) => unknown;
  /** The same where the engine suspends the plugin's code while a host function waits. */
  readonly start?: ((...parameters: any[]) => unknown) | undefined;
  /** Gives up a call that answered with this promise. Default: components' own way. */
  readonly cancel?: (answer: Promise<unknown>, reason: TenonError) => unknown;
}

/**
 * A function that is compiled when it is first asked for: most of a plugin's are never called.
 *
 * @param compileStart makes `start`, where there is one.
 */
export function lazily(
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
