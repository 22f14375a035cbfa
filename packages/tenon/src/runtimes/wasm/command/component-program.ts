import { linkingFailed } from "../../../errors/factories/wasm.js";
import { isCommandRun } from "../../../program/command-program-contract.js";
import { instantiateComponent } from "../component/instantiate.js";
import type { LoadContext } from "../linking/load-context.js";
import type { StartCommand } from "./run.js";

/** Returns what creates instances of a command of WASI 0.2. */
export function commandComponent(loading: LoadContext): StartCommand {
  return () => {
    const { exports, release } = instantiateComponent(loading, loading.plugin);
    const name = [...exports.keys()].find(isCommandRun);
    const found = name === undefined ? undefined : exports.get(name);
    const run = found?.sort === "instance" ? found.value.get("run") : undefined;
    if (run?.sort !== "function") throw linkingFailed("the component exports no run function");
    run.value.label = "run.run";
    return { run: run.value.call, release };
  };
}
