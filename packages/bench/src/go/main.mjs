#!/usr/bin/env node
/**
 * Go plugins: calls beside the raw exports of the same module, edit to runnable, and kernels beside native Go and Yaegi.
 *
 * Usage: node packages/bench/src/go/main.mjs [calls] [edit] [kernels] [snapshot]     needs a build, and Go in PATH
 * Yaegi is `yaegi` in PATH, or what YAEGI names (go install github.com/traefik/yaegi/cmd/yaegi@v0.16.1).
 */
import { spawnSync } from "node:child_process";
import { measureCalls } from "./calls.mjs";
import { measureEdit } from "./edit.mjs";
import { measureKernels } from "./kernels.mjs";
import { measureSnapshot } from "./snapshot.mjs";

const all = { calls: measureCalls, edit: measureEdit, kernels: measureKernels, snapshot: measureSnapshot };
if (spawnSync("go", ["version"]).status !== 0) {
  console.log("go bench: skipped, as there is no go in PATH");
  process.exit(0);
}
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(all)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  for (const line of await measure()) console.log(`  ${line}`);
}
process.exit();
