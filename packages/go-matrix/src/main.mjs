#!/usr/bin/env node
/**
 * `npm run go-matrix -- [--quick]`: everything that is measured of Go hosts and plugins, one after the other: what really happens, what
 * was foretold, whether causes are told apart, whether the cures that are printed cure, other machines, speed.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readOptions } from "./options.mjs";

const { quick } = readOptions();
const steps = [
  ["what plugin.Open really does", "matrix.mjs"],
  ["what was foretold", "compare.mjs"],
  ["causes", "causes.mjs"],
  ["cures", "cures.mjs"],
  ...(quick
    ? []
    : [
        ["other machines", "machines.mjs"],
        ["speed", "speed.mjs"],
      ]),
];
const failed = [];
for (const [name, file] of steps) {
  console.log(`\n== ${name}`);
  const program = fileURLToPath(new URL(file, import.meta.url));
  const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: "inherit" });
  if (status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? "\nGo matrix: all as foretold" : `\nGo matrix: failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
