// seconds: 300
// Many plugins that use the same large package: time and heap, beside import() of the same number of files.
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { largePackage } from "@tenon/fixtures/large-package";
import { contract, createHost, t } from "tenon";
import { check, done } from "../case.mjs";
import { folderOf } from "./folder.mjs";

const count = 200;
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const { file, write, remove } = folderOf({
  "node_modules/large/package.json": '{"name": "large", "version": "1.0.0"}',
  "node_modules/large/index.js": largePackage(500),
});
const source = (/** @type {number} */ index) =>
  `import large from "large"; export const run = (x) => x + large.f1(${index});`;
for (let index = 0; index <= count; index++)
  for (const kind of ["import", "bundled", "external"]) write(`${kind}${index}.mjs`, source(index));
await delay(100);

const imported = await measured((index) => import(pathToFileURL(file(`import${index}.mjs`)).href));
console.log(`import(): ${imported.milliseconds} ms, ${imported.kibibytes} KiB each`);
for (const kind of ["bundled", "external"]) {
  const host = createHost();
  const options = kind === "external" ? { external: ["large"] } : {};
  const opened = await measured((index) => host.open(file(`${kind}${index}.mjs`), one, options));
  const ratio = opened.milliseconds / imported.milliseconds;
  const busy = `the host's thread was busy for ${opened.busy} ms (import(): ${imported.busy} ms)`;
  console.log(`${kind}: ${opened.milliseconds} ms, ${ratio.toFixed(1)} x import(), goal 3; ${busy}`);
  // Each plugin has its own instance of what is bundled: its functions, and not its code.
  check(`${kind}: heap of each plugin`, `${opened.kibibytes} KiB`, opened.kibibytes <= 100, "at most 100 KiB");
  await host.close();
}
remove();
done();

/** @param {(index: number) => Promise<unknown>} open */
async function measured(open) {
  const kept = [await open(0)];
  const before = await heap();
  const [began, used] = [performance.now(), performance.eventLoopUtilization()];
  for (let index = 1; index <= count; index++) kept.push(await open(index));
  const milliseconds = Math.round(performance.now() - began);
  const busy = Math.round(performance.eventLoopUtilization(used).active);
  const kibibytes = Math.round(((await heap()) - before) / 1024 / kept.length);
  return { milliseconds, busy, kibibytes };
}

/** What is alive. V8 frees code only after it was collected more than once. */
async function heap() {
  for (let round = 0; round < 6; round++) {
    collect();
    await delay(10);
  }
  return process.memoryUsage().heapUsed;
}
