import type { ScriptBuilder } from "../runtime/script.js";

/** The builder of scripts, loaded with the first plugin that is built. */
export function typeScriptBuilder(cacheFolder: string | undefined): ScriptBuilder {
  let loading: Promise<ScriptBuilder> | undefined;
  const load = async (): Promise<ScriptBuilder> =>
    (await import("../builders/typescript/index.js")).createTypeScriptBuilder(
      cacheFolder === undefined ? {} : { cacheFolder },
    );
  return async (...request) => (await (loading ??= load()))(...request);
}
