import { errors } from "../../errors/index.js";
import type { Runtime } from "../../runtime/index.js";
import type { ScriptBuilder } from "../../runtime/script.js";
import { checkScript } from "./check.js";
import { loadScript } from "./load.js";
import { prepareScript } from "./prepare.js";
import { recogniseScript } from "./recognise.js";

/**
 * Makes the runtime of JavaScript and TypeScript plugins: a file or a package folder, ES module or CommonJS.
 *
 * @param build Turns the sources into one script; `createTypeScriptBuilder()` is the one that Tenon brings.
 */
export function createJsRuntime(build: ScriptBuilder): Runtime {
  return {
    name: "js",
    module: import.meta.url,
    offers: { inline: true, worker: true, process: true },
    recognise: recogniseScript,
    check: (artifact, contract) => checkScript(artifact, contract, build),
    prepare: (artifact, signal) => prepareScript(artifact, build, signal),
    load: loadScript,
  };
}

/** What a place imports in another thread or process: it loads what was prepared, and builds nothing. */
export default createJsRuntime(async (entry) => {
  throw errors.TENON_INTERNAL({
    message: `${entry}: this runtime was made without a builder and can only load what another one prepared`,
    subject: entry,
  });
});
