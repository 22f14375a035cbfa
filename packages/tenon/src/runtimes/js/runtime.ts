import { builderMissing } from "../../errors/factories/javascript.js";
import type { Runtime } from "../../runtime/index.js";
import type { Script, ScriptBuilder } from "../../runtime/script.js";
import { checkScript } from "./check.js";
import { entries } from "./entries.js";
import { loadScript } from "./load.js";
import { prepareScript, scriptDigest } from "./prepare.js";
import { recogniseScript } from "./recognise.js";

/**
 * Makes the runtime of JavaScript and TypeScript plugins: a file or a package folder, ES module or CommonJS.
 *
 * @param build Turns the sources into one script; Tenon's own is `createTypeScriptBuilder()`.
 */
export function createJsRuntime(build: ScriptBuilder): Runtime<Script> {
  return {
    name: "js",
    module: import.meta.url,
    offers: () => true,
    place: "inline",
    learns: true,
    entries,
    recognise: recogniseScript,
    async inputs({ manifest: { entry, packages } }) {
      if (entry === undefined) return undefined;
      return (await build(entry, undefined, packages).catch(() => undefined))?.inputs;
    },
    check: (artifact, contract, signal) => checkScript(artifact, contract, build, signal),
    digest: (artifact, signal) => scriptDigest(artifact, build, signal),
    prepare: (artifact, signal) => prepareScript(artifact, build, signal),
    load: loadScript,
  };
}

/** The runtime that a place imports in another thread or process: it loads what was prepared, and builds nothing. */
export default createJsRuntime(async (entry) => {
  throw builderMissing(entry);
});
