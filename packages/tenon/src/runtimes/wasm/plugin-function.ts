import type { Signature } from "../../contract/core.js";

/** A function of a loaded plugin, called with values. Resources are representations. */
export interface PluginFunction {
  readonly signature: Signature;
  /** Answers with a promise where the plugin waits. */
  readonly call: (...parameters: any[]) => unknown;
  /** The same where the engine suspends the plugin's code while a host function waits. */
  readonly start?: ((...parameters: any[]) => unknown) | undefined;
}

type Call = PluginFunction["call"];

/** A function that is compiled when it is first asked for: most of a plugin's are never called. */
export function lazily(
  signature: Signature,
  compile: () => Call,
  compileStart: (() => Call) | undefined = undefined,
): PluginFunction {
  let call: Call | undefined;
  let start: Call | undefined;
  return {
    signature,
    get call(): Call {
      call ??= compile();
      return call;
    },
    get start(): Call | undefined {
      start ??= compileStart?.();
      return start;
    },
  };
}
