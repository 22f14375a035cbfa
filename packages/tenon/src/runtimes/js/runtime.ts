import type { Builder } from "../../build/builder.js";
import { builderMissing } from "../../errors/factories/javascript.js";
import type { Runtime } from "../../runtime/index.js";
import type { Script } from "../../runtime/script.js";
import { checkScript } from "./check.js";
import { entries } from "./entries.js";
import { loadScript } from "./load.js";
import { prepareScript, scriptDigest } from "./prepare.js";
import { recogniseScript } from "./recognise.js";

/**
 * Makes the runtime of JavaScript and TypeScript plugins: a file or a package folder, ES module or CommonJS.
 *
 * @param builder Turns the sources into one script; Tenon's own is `createTypeScriptBuilder()`.
 */
export function createJsRuntime(builder: Builder<"script">): Runtime<Script> {
  return {
    name: "js",
    module: import.meta.url,
    offers: () => true,
    place: "inline",
    learns: true,
    stores: ["entries", "folder"],
    entries,
    recognise: recogniseScript,
    async inputs(artifact) {
      if (artifact.manifest.entry === undefined) return undefined;
      return (await builder.build(artifact).catch(() => undefined))?.inputs;
    },
    check: (artifact, contract, signal) => checkScript(artifact, contract, builder, signal),
    digest: (artifact, signal) => scriptDigest(artifact, builder, signal),
    prepare: (artifact, signal) => prepareScript(artifact, builder, signal),
    load: loadScript,
  };
}

/** The runtime that a place imports in another thread or process: it loads what was prepared, and builds nothing. */
export default createJsRuntime({
  kind: "script",
  language: "none",
  entries: {},
  recognise: async () => undefined,
  contract: async () => undefined,
  build: async ({ given }) => {
    throw builderMissing(given);
  },
});
