import type { Builder } from "../build/builder.js";
import { descriptor } from "../builders/typescript/descriptor.js";
import { lazyBuilder } from "./lazy-builder.js";

/** Returns the builder of JavaScript and TypeScript, which is loaded with the first plugin that is built. */
export function typeScriptBuilder(cacheFolder: string | undefined): Builder<"script"> {
  return lazyBuilder(descriptor, async () =>
    (await import("../builders/typescript/index.js")).createTypeScriptBuilder({ cacheFolder }),
  );
}
