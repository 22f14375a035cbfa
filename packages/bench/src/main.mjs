#!/usr/bin/env node
/**
 * `npm run bench` measures every figure that Tenon claims. Pass names to run only some groups (`npm run bench -- inline points
 * worker process metrics bytes start sandbox storage protobuf cycles crowd rest packages`). `--quick` runs a fraction of it, to check that everything works. Exits with 1 if a
 * full run misses a limit. The output is in docs/benchmarks.md.
 */
import { cpus } from "node:os";
import { createHost } from "tenon";
import { bytes, peakOf } from "./bytes.mjs";
import { extism } from "./extism/extism.mjs";
import { inline } from "./inline.mjs";
import { crowd, cycles } from "./lifecycle.mjs";
import { nanoseconds } from "./measure.mjs";
import { metrics, summary } from "./metrics.mjs";
import { manyWithPackage } from "./packages.mjs";
import { points } from "./points.mjs";
import { processPlace } from "./process.mjs";
import { protobuf } from "./protobuf.mjs";
import { firstCalls, restingHeap } from "./rest.mjs";
import { sandbox } from "./sandbox.mjs";
import { start } from "./start.mjs";
import { storage } from "./storage.mjs";
import { worker } from "./worker.mjs";

/**
 * @import { Host, PlaceName } from "tenon"
 * @import { Group } from "./types.js"
 */

const quick = process.argv.includes("--quick");
const chosen = process.argv.slice(2).filter((word) => !word.startsWith("--"));
/** @param {string} name */
const wanted = (name) => chosen.length === 0 || chosen.includes(name);
const scale = quick ? 0.1 : 1;
const print = (line = "") => console.log(line);
/** @param {number} bytes */
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/**
 * Runs a group with its own host, so that it is not slowed down by another group's plugins.
 *
 * @template T
 * @param {(host: Host) => Promise<T>} run
 */
async function withHost(run) {
  const host = createHost();
  try {
    return await run(host);
  } finally {
    await host.close();
  }
}

print(`Node ${process.version}, ${cpus().length} cores${quick ? ", quick run: the figures mean little" : ""}.`);
let missed = 0;
/** @type {Record<string, Group>} */
const all = { inline, points, worker, process: processPlace, bytes, start, sandbox, storage, extism, protobuf };
const groups = Object.entries(all).filter(([name]) => wanted(name));
if (groups.length > 0) {
  print();
  print("| what | Tenon | peer | | ratio | limit | |");
  print("| --- | --- | --- | --- | --- | --- | --- |");
}
for (const [, group] of groups) {
  for (const { title, ours, theirs, peer, ratio, limit, atLeast, met } of await withHost((host) =>
    group(host, scale),
  )) {
    if (met === false) missed++;
    print(
      `| ${title} | ${nanoseconds(ours)} | ${peer} | ${nanoseconds(theirs)} | ${ratio.toFixed(2)} | ${limit === undefined ? "" : `${atLeast ? "≥" : "≤"} ${limit}`} | ${{ true: "met", false: "**missed**", undefined: "" }[String(met)]} |`,
    );
  }
}

if (wanted("metrics")) {
  print();
  print(
    "Calls of a host that counts them, in turn with the same calls of one that does not: medians, and the least of all rounds.",
  );
  print();
  print("| what | without | with | least without | least with | difference | ratio | limit | |");
  print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const pair of await metrics(scale)) {
    const { title, off, on, least, difference, ratio } = summary(pair);
    const limited = !title.endsWith("intercepted");
    const inline = title.startsWith("inline");
    // A busy machine adds to both sides, and the least of all rounds shows what the code costs.
    const extra = Math.min(difference, least.on - least.off);
    const times = Math.min(ratio, least.on / least.off);
    const met = inline ? extra <= 3 : times <= 1.02;
    if (limited && !met) missed++;
    const verdict = `≤ ${inline ? "3 ns" : "1.02"} | ${met ? "met" : "**missed**"}`;
    print(
      `| ${title} | ${nanoseconds(off)} | ${nanoseconds(on)} | ${nanoseconds(least.off)} | ${nanoseconds(least.on)} | ${extra.toFixed(1)} ns | ${times.toFixed(3)} | ${limited ? verdict : " | "} |`,
    );
  }
}

if (wanted("bytes")) {
  print();
  print("100 MB there and back: the most memory that it takes, in multiples of the value (limit 3).");
  print();
  print("| place | calls | the host's process | the plugin's process |");
  print("| --- | --- | --- | --- |");
  for (const place of /** @type {const} */ (["worker", "process"]))
    for (const calls of [1, 10]) {
      const { here, there } = peakOf(place, calls);
      if (calls === 1 && Math.max(here, there) > 3.1) missed++;
      print(`| ${place} | ${calls} | ${here.toFixed(2)} | ${place === "process" ? there.toFixed(2) : "the same"} |`);
    }
}

if (wanted("cycles")) {
  print();
  print("Open, call and close, over and over: the host's heap after garbage collection, at eleven points of the run.");
  print();
  print("| place | cycles | per cycle | heap during the run (MiB) | RSS first → last | growth in the second half |");
  print("| --- | --- | --- | --- | --- | --- |");
  for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
    const count = quick ? { inline: 200, worker: 20, process: 10 }[place] : 10_000;
    const { each, curve, growth } = await withHost((host) => cycles(host, place, count));
    const heap = curve.map((point) => (point.heap / 2 ** 20).toFixed(1)).join(" ");
    print(
      `| ${place} | ${count} | ${each.toFixed(2)} ms | ${heap} | ${mebibytes(curve[0]?.rss ?? 0)} → ${mebibytes(curve.at(-1)?.rss ?? 0)} | ${growth.toFixed(0)} bytes a cycle |`,
    );
  }
}

if (wanted("crowd")) {
  print();
  print("Many plugins open at the same time: the cost of each for the host.");
  print();
  print("| place | plugins | heap per plugin | RSS per plugin | its own process |");
  print("| --- | --- | --- | --- | --- |");
  const sizes = Object.entries(
    quick ? { inline: 50, worker: 5, process: 5 } : { inline: 500, "worker-pool": 500, worker: 500, process: 500 },
  );
  for (const [place, count] of /** @type {[PlaceName, number][]} */ (sizes)) {
    const { heap, rss, child } = await withHost((host) => crowd(host, place, count));
    print(
      `| ${place} | ${count} | ${(heap / 1024).toFixed(1)} KiB | ${(rss / 1024).toFixed(0)} KiB | ${child === undefined ? "" : mebibytes(child)} |`,
    );
  }
}

if (wanted("rest")) {
  print();
  print(
    "Plugins that rest: the heap of each, and what the first call costs beside an ordinary open with its first call.",
  );
  print();
  print(
    "| place | heap before the first start | heap after a rest | open and call | open to rest | first call | first call after a rest | both ÷ ordinary |",
  );
  print("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
    const rounds = quick ? 3 : { inline: 200, worker: 40, process: 20 }[place];
    const times = await withHost((host) => firstCalls(host, place, rounds));
    const heap = await withHost((host) =>
      restingHeap(host, place, quick ? 5 : { inline: 200, worker: 50, process: 20 }[place]),
    );
    const { ordinary, configured, first, again } = times;
    const milliseconds = [ordinary, configured, first, again].map((time) => `${time.toFixed(2)} ms`).join(" | ");
    print(
      `| ${place} | ${(heap.configured / 1024).toFixed(1)} KiB | ${(heap.rested / 1024).toFixed(1)} KiB | ${milliseconds} | ${((configured + first) / ordinary).toFixed(2)} |`,
    );
  }
}

if (wanted("packages")) {
  print();
  print("Many plugins that use the same large package, in turn with `import()` of as many such files.");
  print();
  print("| the package is | plugins | open | `import()` | ratio | limit | heap per plugin | limit | |");
  print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const kind of /** @type {const} */ (["bundled", "external"])) {
    const count = quick ? 20 : 200;
    const limit = { ratio: 3, heap: 100 };
    const { ours, theirs, ratio, heap } = await withHost((host) => manyWithPackage(host, kind, count));
    const met = ratio <= limit.ratio && heap / 1024 <= limit.heap;
    if (!met) missed++;
    print(
      `| ${kind} | ${count} | ${nanoseconds(ours)} | ${nanoseconds(theirs)} | ${ratio.toFixed(2)} | ≤ ${limit.ratio} | ${(heap / 1024).toFixed(0)} KiB | ≤ ${limit.heap} KiB | ${met ? "met" : "**missed**"} |`,
    );
  }
}

process.exitCode = quick || missed === 0 ? 0 : 1;
