#!/usr/bin/env -S npx tsx
/**
 * Compares our validator of components with wasmparser, on changed fixtures:
 *
 *   tsx packages/wasm-fixtures/src/validator/main.ts [--count 20000] [--seed 1] [--keep FOLDER]
 *
 * Prints how often both agree, and one example of each difference. With --keep, it also writes the examples as files.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { agreement } from "./agreement.js";
import { subjects } from "./subjects.js";
import { Wasmparser, wasmparserMissing } from "./wasmparser.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    keep: { type: "string" },
  },
});
const missing = wasmparserMissing();
if (missing !== undefined) {
  console.log(`not compared: ${missing}`);
  process.exit(0);
}
const parser = await Wasmparser.start().catch((error: Error) => {
  console.log(`not compared: wasmparser cannot be built: ${error.message}`);
  process.exit(0);
});
const changed = await subjects(parser);
console.log(`${changed.map(({ name }) => name).join(", ")}; seed ${values.seed}`);
const { counts, differences } = await agreement(changed, parser, {
  count: Number(values.count),
  seed: Number(values.seed),
});
parser.close();
console.log("\n| ours / wasmparser | inputs |\n| --- | --- |");
for (const [key, times] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`| ${key} | ${times} |`);
let file = 0;
for (const [reason, { times, example, bytes }] of [...differences].sort(([, a], [, b]) => b.times - a.times)) {
  console.log(`\n${times} × ${reason}\n  ${example}`);
  if (values.keep === undefined) continue;
  mkdirSync(values.keep, { recursive: true });
  writeFileSync(join(values.keep, `difference-${++file}.wasm`), bytes);
}
