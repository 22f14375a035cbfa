/**
 * A host that watches a plugin as `tenon run --watch` does, and keeps calling it: `node watching-host.mjs FOLDER TOOLCHAIN`. It
 * reports to its parent when it is ready, when it noticed a change, when the change was built, and when it was swapped in.
 */
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";
import { createGoModuleBuilder } from "../../../tenon/dist/builders/go/module/index.js";
import { watchListOf } from "../../../tenon/dist/cli/plugin-files.js";
import { watchFiles } from "../../../tenon/dist/cli/watch.js";
import { examine } from "../../../tenon/dist/host/check.js";
import { workerPlace } from "../../../tenon/dist/places/worker/index.js";
import { createWasmRuntime } from "../../../tenon/dist/runtimes/wasm/runtime.js";

const [folder, toolchain] = process.argv.slice(2);
const bundled = fileURLToPath(new URL("../../../go-toolchain", import.meta.url));
const builder = createGoModuleBuilder({ cacheFolder: `${folder}/.cache`, toolchain, bundled });
const tell = (event, more = {}) => process.send({ event, at: performance.timeOrigin + performance.now(), ...more });
const timed = {
  ...builder,
  language: builder.language,
  recognise: (artifact) => builder.recognise(artifact),
  contract: (artifact) => builder.contract(artifact),
  bindings: (artifact) => builder.bindings(artifact),
  async build(artifact, options) {
    const built = await builder.build(artifact, { ...options, progress: (step) => tell(step.replace(/ .*/, "")) });
    if (!built.cached) tell("built");
    return built;
  },
};
const host = createHost({
  runtimes: [createWasmRuntime({ builders: [timed] })],
  places: { worker: workerPlace({ standby: true }) },
});
const calls = { count: 0, failed: 0, longest: 0 };
let plugin;
host.on("swapped", () => tell("swapped", { calls }));

/** One call after the other, for as long as the host lives. */
async function keepCalling() {
  while (plugin.state === "active") {
    const begun = performance.now();
    await plugin.exports.greet("Ada").catch(() => calls.failed++);
    calls.longest = Math.max(calls.longest, performance.now() - begun);
    calls.count++;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

process.on("disconnect", () => process.exit());
process.on("message", async () => {
  await builder.warmedUp();
  tell("prepared");
});
await watchFiles({
  signal: new AbortController().signal,
  noticed: () => tell("noticed"),
  list: async () => watchListOf(folder, await examine(folder, undefined, host.runtimes)),
  async next() {
    if (plugin !== undefined) await plugin.swap();
    else {
      plugin = await host.open(folder, undefined, { place: "worker", limits: { load: 0 } });
      await plugin.exports.greet("Ada");
      keepCalling();
    }
    tell("watching");
  },
});
