#!/usr/bin/env node
/**
 * `npm run bench`: every figure that Tenon claims, measured. Names choose groups (`npm run bench -- inline points worker
 * process cycles crowd`); `--quick` runs a fraction, to see that everything works. Exits with 1 when a limit is missed in a
 * full run. docs/benchmarks.md holds what it printed.
 */
import { cpus } from "node:os";
import { createHost } from "tenon";
import { extism } from "./extism/extism.mjs";
import { inline } from "./inline.mjs";
import { crowd, cycles } from "./lifecycle.mjs";
import { nanoseconds } from "./measure.mjs";
import { points } from "./points.mjs";
import { processPlace } from "./process.mjs";
import { worker } from "./worker.mjs";

const quick = process.argv.includes("--quick");
const chosen = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const wanted = (name) => chosen.length === 0 || chosen.includes(name);
const scale = quick ? 0.1 : 1;
const print = (line = "") => console.log(line);
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Each group has a host of its own, so that none pays for another's plugins. */
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
const groups = Object.entries({ inline, points, worker, process: processPlace, extism }).filter(([name]) =>
  wanted(name),
);
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
      `| ${title} | ${nanoseconds(ours)} | ${peer} | ${nanoseconds(theirs)} | ${ratio.toFixed(2)} | ${atLeast ? "≥" : "≤"} ${limit} | ${met ? "met" : "**missed**"} |`,
    );
  }
}

if (wanted("cycles")) {
  print();
  print("Open, call and close, again and again: heap of the host after collection, at eleven points of the way.");
  print();
  print("| place | cycles | each | heap along the way (MiB) | RSS first → last | growth in the second half |");
  print("| --- | --- | --- | --- | --- | --- |");
  for (const place of ["inline", "worker", "process"]) {
    const count = quick ? { inline: 200, worker: 20, process: 10 }[place] : 10_000;
    const { each, curve, growth } = await withHost((host) => cycles(host, place, count));
    const heap = curve.map((point) => (point.heap / 2 ** 20).toFixed(1)).join(" ");
    print(
      `| ${place} | ${count} | ${each.toFixed(2)} ms | ${heap} | ${mebibytes(curve[0].rss)} → ${mebibytes(curve.at(-1).rss)} | ${growth.toFixed(0)} bytes a cycle |`,
    );
  }
}

if (wanted("crowd")) {
  print();
  print("Plugins open at once: what each costs the host.");
  print();
  print("| place | plugins | heap each | RSS each | its own process |");
  print("| --- | --- | --- | --- | --- |");
  for (const [place, count] of Object.entries(
    quick ? { inline: 50, worker: 5, process: 5 } : { inline: 500, "worker-pool": 500, worker: 500, process: 500 },
  )) {
    const { heap, rss, child } = await withHost((host) => crowd(host, place, count));
    print(
      `| ${place} | ${count} | ${(heap / 1024).toFixed(1)} KiB | ${(rss / 1024).toFixed(0)} KiB | ${child === undefined ? "" : mebibytes(child)} |`,
    );
  }
}

process.exitCode = quick || missed === 0 ? 0 : 1;
