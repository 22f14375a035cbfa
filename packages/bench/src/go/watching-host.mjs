/**
 * A host that watches a plugin as `tenon run --watch` does, and keeps calling it: `node watching-host.mjs FOLDER TOOLCHAIN`. It
 * reports to its parent when it is ready, when it noticed a change, when the change was built, and when it was swapped in.
 */
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";
import { createGoModuleBuilder } from "../../../tenon/dist/builders/go/module/index.js";
import { watchListOf } from "../../../tenon/dist/cli/plugins/plugin-files.js";
import { watchFiles } from "../../../tenon/dist/cli/plugins/watch.js";
import { examine } from "../../../tenon/dist/host/check.js";
import { workerPlace } from "../../../tenon/dist/places/worker/index.js";
import { createWasmRuntime } from "../../../tenon/dist/runtimes/wasm/runtime.js";

/**
 * @import { AnyPlugin } from "tenon"
 * @import { Place, Runtime } from "tenon/runtime"
 * @import { Builder } from "../../../tenon/dist/build/builder.js"
 * @import { Runtime as BuiltRuntime } from "../../../tenon/dist/runtime/runtime.js"
 * @import { WatchMessage } from "../types.js"
 */

/**
 * The plugin that is watched.
 *
 * @typedef {Pick<AnyPlugin, "state" | "swap"> & { exports: { greet(name: string): Promise<string> } }} Greeter
 */

const [folder = "", toolchain = ""] = process.argv.slice(2);
const bundled = fileURLToPath(new URL("../../../go-toolchain", import.meta.url));
const builder = createGoModuleBuilder({
  cacheFolder: `${folder}/.cache`,
  toolchain: /** @type {"local" | "bundled"} */ (toolchain),
  bundled,
});
/**
 * @param {string} event
 * @param {Pick<WatchMessage, "calls">} [more]
 */
const tell = (event, more = {}) => process.send?.({ event, at: performance.timeOrigin + performance.now(), ...more });
/** @type {Builder<"wasm">} */
const timed = {
  ...builder,
  kind: builder.kind,
  language: builder.language,
  entries: builder.entries,
  recognise: (artifact) => builder.recognise(artifact),
  contract: (artifact) => builder.contract(artifact),
  async build(artifact, options) {
    const built = await builder.build(artifact, { ...options, progress: (step) => tell(step.replace(/ .*/, "")) });
    if (!built.cached) tell("built");
    return built;
  },
};
const runtime = createWasmRuntime({ builders: [timed] });
const worker = workerPlace({ standby: true });
// The types of dist/ and of the bundle are equal, but distinct.
const host = createHost({
  runtimes: [/** @type {Runtime} */ (/** @type {unknown} */ (runtime))],
  places: { worker: /** @type {Place} */ (/** @type {unknown} */ (worker)) },
});
const runtimes = /** @type {BuiltRuntime[]} */ (/** @type {unknown} */ (host.runtimes));
const calls = { count: 0, failed: 0, longest: 0 };
/** @type {Greeter | undefined} */
let plugin;
host.on("swapped", () => tell("swapped", { calls }));

/**
 * One call after the other, for as long as the host lives.
 *
 * @param {Greeter} plugin
 */
async function keepCalling(plugin) {
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
  list: async () => watchListOf(folder, await examine(folder, undefined, { runtimes })),
  async next() {
    if (plugin !== undefined) await plugin.swap();
    else {
      const opened = await host.open(folder, undefined, { place: "worker", limits: { load: 0 } });
      plugin = /** @type {Greeter} */ (/** @type {unknown} */ (opened));
      await plugin.exports.greet("Ada");
      keepCalling(plugin);
    }
    tell("watching");
  },
});
