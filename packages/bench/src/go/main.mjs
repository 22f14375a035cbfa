#!/usr/bin/env node
/**
 * Go plugins: calls compared with the raw exports of the same module, the time from an edit to the swap, and kernels compared
 * with native Go and Yaegi.
 *
 * Usage: node packages/bench/src/go/main.mjs [calls] [edit] [kernels] [snapshot]     needs a build, and Go on PATH
 * Yaegi is `yaegi` on PATH, or the program in YAEGI (go install github.com/traefik/yaegi/cmd/yaegi@v0.16.1).
 */
import { spawnSync } from "node:child_process";
import { measureCalls } from "./calls.mjs";
import { measureEdit } from "./edit.mjs";
import { measureKernels } from "./kernels.mjs";
import { measureSnapshot } from "./snapshot.mjs";

const all = { calls: measureCalls, edit: measureEdit, kernels: measureKernels, snapshot: measureSnapshot };
if (spawnSync("go", ["version"]).status !== 0) {
  console.log("go bench: skipped, since go is not on PATH");
  process.exit(0);
}
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(all)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  for (const line of await measure()) console.log(`  ${line}`);
}
process.exit();
