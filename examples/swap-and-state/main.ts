/**
 * Overwrites a plugin's file while calls are running, as an editor or an installer does. The host notices the change, swaps
 * the plugin, and rejects what does not fit.
 */
import { watch } from "node:fs";
import { copyFile, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, isTenonError, type Plugin, type SwapReport, type TenonError } from "tenon";
import { counter } from "./contract.js";

const folder = await mkdtemp(join(tmpdir(), "tenon-swap-"));
const file = join(folder, "counter.js");
await install("1");

await using host = createHost();
const plugin = await host.open(file, counter, { place: "worker" });
let seen = await readFile(file, "utf8");
let tell: (outcome: SwapReport | TenonError) => void = () => {};
const watcher = watch(folder, async (_, name) => {
  if (name !== "counter.js") return;
  const text = await readFile(file, "utf8");
  if (text === seen) return; // one change can cause more than one event
  seen = text;
  tell(await plugin.swap().catch((error: TenonError) => error));
});

let expected = 0;
const load = startLoad(plugin);
await load.reached(200);
for (const version of ["2", "3", "4"]) {
  const swapped = new Promise<SwapReport | TenonError>((resolve) => {
    tell = resolve;
  });
  await install(version);
  const outcome = await swapped;
  console.log(`version ${version} is written over the plugin's file`);
  if (isTenonError(outcome)) console.log(`  refused: ${outcome.code}: ${outcome.message.replace(folder, "…")}`);
  else console.log(`  swapped, state ${outcome.state}`);
  await load.reached(200);
  console.log(`  calls go to version ${await plugin.exports.version()}`);
}
await load.stop();
const total = await plugin.exports.increment(0);
console.log(`${expected > 800 ? "more than 800" : expected} calls, ${expected - total} lost`);
if (expected !== total) process.exitCode = 1;

watcher.close();
await rm(folder, { recursive: true });

/** Writes another file and renames it, so that half a plugin is never visible. */
async function install(version: string): Promise<void> {
  const next = join(folder, "counter.next");
  await copyFile(new URL(`plugins/counter-${version}.js`, import.meta.url), next);
  await rename(next, file);
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
