// seconds: 300
// Hot reload of a plugin with a large dependency must not grow the heap, with Node's default flags.
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { largePackage } from "@tenon/fixtures/large-package";
import { contract, createHost, t } from "tenon";
import { check, done } from "../case.mjs";
import { folderOf } from "./folder.mjs";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const { file, write, remove } = folderOf({
  "node_modules/large/package.json": '{"name": "large", "version": "1.0.0"}',
  "node_modules/large/index.js": largePackage(500),
});
const source = (/** @type {number} */ version) =>
  `import { f1 } from "large"; export const run = (x: string) => x + f1(${version});`;
write("plugin.ts", source(0));

const host = createHost();
const plugin = await host.open(file("plugin.ts"), one);
const heapAfter = new Map();
for (let swap = 1; swap <= 300; swap++) {
  write("plugin.ts", source(swap));
  await plugin.swap();
  await plugin.exports.run("x");
  if (swap === 20 || swap === 300) heapAfter.set(swap, await heap());
}
const [early, late] = [heapAfter.get(20), heapAfter.get(300)];
const ratio = late / early;
check(
  "heap after 20 and after 300 swaps",
  `${(early / 2 ** 20).toFixed(1)} MiB, ${(late / 2 ** 20).toFixed(1)} MiB, ratio ${ratio.toFixed(2)}`,
  ratio <= 1.3,
  "at most 1.3",
);
await host.close();
remove();
done();

/** What is alive. V8 frees code only after it was collected more than once. */
async function heap() {
  for (let round = 0; round < 6; round++) {
    collect();
    await delay(10);
  }
  return process.memoryUsage().heapUsed;
}
