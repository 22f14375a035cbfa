/**
 * A plugin's file is written anew while calls are running, as an editor or an installer does it. The host notices, swaps,
 * and refuses what does not fit.
 */
import { copyFile, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watch } from "chokidar";
import { createHost, type Plugin, type SwapReport, TenonError } from "tenon";
import { counter } from "./contract.js";

const folder = await mkdtemp(join(tmpdir(), "tenon-swap-"));
const file = join(folder, "counter.js");
await install("1");

await using host = createHost();
const plugin = await host.open(file, counter, { place: "worker" });
const watcher = watch(file, { awaitWriteFinish: { stabilityThreshold: 50, pollInterval: 10 } });
await new Promise<void>((resolve) => watcher.once("ready", resolve));

let expected = 0;
const load = startLoad(plugin);
await load.reached(200);
for (const version of ["2", "3", "4"]) {
  const swapped = nextSwap();
  await install(version);
  const outcome = await swapped;
  console.log(`version ${version} is written over the plugin's file`);
  if (outcome instanceof TenonError) console.log(`  refused: ${outcome.code}: ${outcome.message.replace(folder, "…")}`);
  else console.log(`  swapped, state ${outcome.state}`);
  await load.reached(200);
  console.log(`  calls are answered by version ${await plugin.exports.version()}`);
}
await load.stop();
const total = await plugin.exports.increment(0);
console.log(`${expected > 800 ? "more than 800" : expected} calls, ${expected - total} lost`);
if (expected !== total) process.exitCode = 1;

await watcher.close();
await rm(folder, { recursive: true });

/** Writes beside the file and renames: nobody ever sees half a plugin. */
async function install(version: string): Promise<void> {
  const next = join(folder, "counter.next");
  await copyFile(new URL(`plugins/counter-${version}.js`, import.meta.url), next);
  await rename(next, file);
}

/** Swaps when the file changes; a refusal is an answer like any other. */
function nextSwap(): Promise<SwapReport | TenonError> {
  return new Promise((resolve) => {
    watcher.once("change", () => plugin.swap().then(resolve, resolve));
  });
}

/** Eight callers that never pause. */
function startLoad(called: Plugin<typeof counter>) {
  let running = true;
  let waiting: { count: number; resolve: () => void }[] = [];
  const caller = async () => {
    while (running) {
      await called.exports.increment(1);
      expected++;
      for (const { resolve } of waiting.filter(({ count }) => expected >= count)) resolve();
      waiting = waiting.filter(({ count }) => expected < count);
    }
  };
  const callers = Array.from({ length: 8 }, caller);
  return {
    reached: (more: number) => new Promise<void>((resolve) => waiting.push({ count: expected + more, resolve })),
    async stop() {
      running = false;
      await Promise.all(callers);
    },
  };
}
