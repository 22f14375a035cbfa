#!/usr/bin/env -S npx tsx
/**
 * WebAssembly components beside jco: `tsx packages/bench/src/wasm/main.mjs [--quick]`, after `npm run build`. All call the
 * same component file, in rounds that alternate. The peers are installed into .cache/, with exact versions.
 */
import { cpus } from "node:os";
import { fixture, fixtureMissing } from "../../../wasm-fixtures/src/index.ts";
import { nanoseconds } from "../measure.mjs";
import { calls } from "./calls.mjs";
import { crowd, opening } from "./opening.mjs";

const quick = process.argv.includes("--quick");
const missing = fixtureMissing("calls");
if (missing !== undefined) {
  console.log(`not measured: ${missing}`);
  process.exit(0);
}
const component = await fixture("calls");
console.log(`Node ${process.version}, ${cpus().length} cores${quick ? ", quick run: the figures mean little" : ""}.\n`);
let missed = 0;
console.log("| what | Tenon | peer | | ratio | limit | |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const row of [...(await calls(component, quick)), ...(await opening(component, quick))]) {
  const { title, ours, theirs, peer, ratio, limit, atLeast, met } = row;
  if (met === false) missed++;
  const bound = limit === undefined ? "" : `${atLeast ? "≥" : "≤"} ${limit}`;
  const verdict = met === undefined ? "" : met ? "met" : "**missed**";
  console.log(
    `| ${title} | ${nanoseconds(ours)} | ${peer} | ${nanoseconds(theirs)} | ${ratio.toFixed(2)} | ${bound} | ${verdict} |`,
  );
}
const { each, count } = await crowd(component, quick ? 100 : 2000);
console.log(
  `\nInstances inline: ${count} open at once, ${(each / 1024).toFixed(0)} KiB of RSS each: ${Math.floor(2 ** 30 / each)} in a GiB.`,
);
process.exitCode = quick || missed === 0 ? 0 : 1;
