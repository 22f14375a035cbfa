#!/usr/bin/env -S npx tsx
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { fixture, fixtureMissing } from "../../../wasm-fixtures/src/index.ts";
import { nanoseconds } from "../measure.mjs";
import { calls } from "./calls.mjs";
import { instances } from "./instances.mjs";
import { opening } from "./opening.mjs";
import { pool } from "./pool.mjs";
import { start } from "./start.mjs";

/** @import { Row } from "../types.js" */

const usage = `npm run bench:wasm -- [parts] [--quick]

Compares WebAssembly components with jco, on the same files, in alternating rounds. Default: all parts.

  calls      scalars, texts, records, lists and variants; compared with a raw core export and two releases of jco
  open       opening components of three sizes, in a fresh process and in a running one
  pool       computing calls in a pool of two threads, compared with one plugin
  start      the cost of the first calls, per process and per instance
  instances  how many instances fit into 1 GiB; with other parts, it fills only 128 MiB

  --quick    few rounds: checks that everything runs; the figures mean little

The peers are installed into the fixture cache, in fixed versions.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});
/** @type {Record<string, (quick: boolean) => Promise<Row[]>>} */
const compared = { calls: async (quick) => calls(await fixture("calls"), quick), open: opening, pool };
const known = [...Object.keys(compared), "start", "instances"];
const unknown = positionals.find((part) => !known.includes(part));
if (values.help || unknown !== undefined) {
  console.log(unknown === undefined ? usage : `unknown part "${unknown}"\n\n${usage}`);
  process.exit(unknown === undefined ? 0 : 2);
}
const missing = fixtureMissing("calls");
if (missing !== undefined) {
  console.log(`not measured: ${missing}`);
  process.exit(0);
}
const parts = positionals.length > 0 ? positionals : known;
const { quick } = values;
console.log(`Node ${process.version}, ${cpus().length} cores${quick ? ", quick run: the figures mean little" : ""}.`);
let missed = 0;
for (const [, measure] of Object.entries(compared).filter(([name]) => parts.includes(name))) {
  console.log("\n| what | Tenon | peer | | ratio | limit | |\n| --- | --- | --- | --- | --- | --- | --- |");
  for (const row of await measure(quick)) {
    const { title, ours, theirs, peer, ratio, limit, atLeast, met } = row;
    if (met === false) missed++;
    const bound = limit === undefined ? "" : `${atLeast ? "≥" : "≤"} ${limit}`;
    const verdict = met === undefined ? "" : met ? "met" : "**missed**";
    console.log(
      `| ${title} | ${nanoseconds(ours)} | ${peer} | ${nanoseconds(theirs)} | ${ratio.toFixed(2)} | ${bound} | ${verdict} |`,
    );
  }
}
if (parts.includes("start")) await start(quick);
if (parts.includes("instances")) await instances(quick ? 2 ** 25 : parts.length === 1 ? 2 ** 30 : 2 ** 27);
process.exitCode = quick || missed === 0 ? 0 : 1;
