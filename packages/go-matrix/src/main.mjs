#!/usr/bin/env node
/**
 * `npm run go-matrix -- [--quick]` runs all measurements of Go hosts and plugins: what actually happens, what Tenon predicts, whether
 * it finds the right causes, whether the printed fixes work, other architectures, and speed.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readOptions } from "./options.mjs";

const { quick } = readOptions();
/** @type {(readonly [name: string, file: string])[]} */
const steps = [
  ["what plugin.Open actually does", "matrix.mjs"],
  ["what Tenon predicts", "compare.mjs"],
  ["causes", "causes.mjs"],
  ["fixes", "fixes.mjs"],
  ...(quick
    ? []
    : /** @type {const} */ ([
        ["other architectures", "machines.mjs"],
        ["speed", "speed.mjs"],
      ])),
];
const failed = [];
for (const [name, file] of steps) {
  console.log(`\n== ${name}`);
  const program = fileURLToPath(new URL(file, import.meta.url));
  const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: "inherit" });
  if (status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? "\nGo matrix: all as predicted" : `\nGo matrix: failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
