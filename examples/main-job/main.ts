/**
 * The main job, on real plugins: open one by number, as the classic demonstration of Go's plugin package does
 * (PLUGIN_NUMBER=2 opens the other), then swap it under load and count what happened to the calls.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createHost, type Plugin } from "tenon";
import { greeter } from "./contract.js";

const number = process.env.PLUGIN_NUMBER ?? "1";
const path = (which: string): string => {
  const found = [`plugin${which}.ts`, `plugin${which}.js`].map((name) =>
    fileURLToPath(new URL(`plugins/${name}`, import.meta.url)),
  );
  return found.find(existsSync) ?? (found[0] as string);
};
const imports = { log: (message: string) => console.log(`  log: ${message}`) };

await using host = createHost();

for (const which of number === "1" ? ["1", "2"] : [number]) {
  console.log(`PLUGIN_NUMBER=${which}`);
  const report = await host.check(path(which), greeter);
  console.log(`  check: ${report.verdict}`);
  await using plugin = await host.open(path(which), greeter, { imports });
  console.log(`  greet("Ada"): ${await plugin.exports.greet("Ada")}`);
}

const other = number === "2" ? "1" : "2";
console.log(`\nswap plugin ${number} for plugin ${other} under load`);
for (const place of ["inline", "worker", "process"] as const) {
  const plugin = await host.open(path(number), greeter, { imports: { log: () => {} }, place, fresh: true });
  const load = startLoad(plugin);
  await load.reached(5_000);
  const { flip, drained, state } = await plugin.swap(path(other));
  await load.reached(10_000);
  const { calls, answered, failed, byPlugin } = await load.stop();
  const served = await plugin.exports.served();
  const closed = await plugin.close();
  console.log(
    `  ${place.padEnd(7)} ${calls} calls made, ${calls - answered} lost, ${failed} failed, ${served} served once each: ${served === calls ? "yes" : "NO"};` +
      ` plugin 1 answered ${byPlugin.get("1") ?? 0}, plugin 2 ${byPlugin.get("2") ?? 0}; state ${state}, ${drained} drained, flip ${flip.toFixed(2)} ms; closed: ${closed.proof}`,
  );
  if (calls !== answered || served !== calls) process.exitCode = 1;
}

/** Sixteen callers that never pause. */
function startLoad(plugin: Plugin<typeof greeter>) {
  let calls = 0;
  let answered = 0;
  let failed = 0;
  let running = true;
  const byPlugin = new Map<string, number>();
  let waiting: { count: number; resolve: () => void }[] = [];
  const caller = async () => {
    while (running) {
      calls++;
      try {
        const greeting = await plugin.exports.greet("Ada");
        answered++;
        const which = /plugin (\d)/.exec(greeting)?.[1] ?? "?";
        byPlugin.set(which, (byPlugin.get(which) ?? 0) + 1);
      } catch (error) {
        failed++;
        if (failed === 1) console.error(error);
        running = failed < 100;
      }
      for (const { resolve } of waiting.filter(({ count }) => answered >= count)) resolve();
      waiting = waiting.filter(({ count }) => answered < count);
      // Inline calls complete without a turn of the event loop, which timers and the swap need.
      if (calls % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const callers = Array.from({ length: 16 }, caller);
  return {
    reached: (more: number) => new Promise<void>((resolve) => waiting.push({ count: answered + more, resolve })),
    async stop() {
      running = false;
      await Promise.all(callers);
      return { calls, answered, failed, byPlugin };
    },
  };
}
