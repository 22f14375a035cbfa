#!/usr/bin/env node
/**
 * Runs Go's own tests that run a program (`// run`, `rundir` and `runoutput` in GOROOT/test): compiles and links each with one of
 * Tenon's toolchains, runs it on Tenon's WASI, and compares the output with its .out file.
 *
 * Usage: npm run go-tests -- [--toolchain bundled|local] [--tests FOLDER] [--sample N] [--only TEXT] [--timeout SECONDS]
 *
 * FOLDER is the folder `test` of a Go source tree (default: that of the installed Go). --sample N runs every Nth test.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findTests } from "./find-tests.mjs";
import { runTest } from "./run-test.mjs";
import { openTools } from "./tools.mjs";

/** @import { Failure, GoTest } from "./types.js" */
/** @import { GoTools } from "../../tenon/dist/builders/go/module/go-tools.js" */

const { values } = parseArgs({
  options: {
    toolchain: { type: "string", default: "bundled" },
    tests: { type: "string" },
    sample: { type: "string", default: "1" },
    only: { type: "string" },
    timeout: { type: "string", default: "60" },
  },
});

const folder = values.tests ?? join(execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim(), "test");
if (!existsSync(folder)) {
  console.error(
    `go-tests: skipped: ${folder} does not exist; pass the folder \`test\` of a Go source tree with --tests`,
  );
  process.exit(0);
}
const work = mkdtempSync(join(tmpdir(), "tenon-go-tests-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

const lanes = Math.min(4, availableParallelism());
const tools = await Promise.all(Array.from({ length: lanes }, () => openTools(values.toolchain)));
const { release, label } = /** @type {GoTools} */ (tools[0]);
const minor = Number(/^go1\.(\d+)/.exec(release)?.[1]);
const { tests: found, left } = findTests(folder, minor);
const all = found.filter(({ name }) => values.only === undefined || name.includes(values.only));
const tests = all.filter((_, index) => index % Number(values.sample) === 0);
const kindsOf = (/** @type {readonly GoTest[]} */ list) =>
  [...group(list, ({ kind }) => kind)].map(([kind, { length }]) => `${length} ${kind}`).join(", ");
console.log(`${tests.length} of ${all.length} tests (${kindsOf(tests)}) in ${folder}, with ${label}`);
const skipped = [...left.values()].flat().length;
console.log(`left out: ${skipped} tests that run a program`);
for (const [reason, names] of left)
  console.log(`  ${names.length}: ${reason} (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""})`);

/** @type {(Failure & { name: string })[]} */
const failures = [];
let done = 0;
const queue = tests.values();
await Promise.all(
  tools.map(async (each) => {
    for (const test of queue) {
      const reason = await runTest(test, each, work, Number(values.timeout) * 1000);
      done++;
      if (reason !== undefined) failures.push({ name: test.name, ...reason });
      if (done % 50 === 0) console.log(`  ${done}: ${done - failures.length} passed`);
    }
  }),
);

for (const [kind, list] of group(failures, (failure) => failure.kind)) {
  console.log(`\n${kind}: ${list.length}`);
  for (const { name, text } of list) console.log(`  ${name}: ${text.split("\n")[0]?.slice(0, 160)}`);
}
console.log(`\npassed ${tests.length - failures.length}, failed ${failures.length}, left out ${skipped}`);
// Some generated programs crash Go's own compiler when it runs as WebAssembly, in every engine. All else is ours.
const ours = failures.filter(({ text }) => !/Go's \w+ tool, running as WebAssembly, crashed/.test(text));
process.exit(ours.length === 0 && tests.length > 0 ? 0 : 1);

/**
 * @template T
 * @param {readonly T[]} list
 * @param {(item: T) => string} keyOf
 * @returns {Map<string, T[]>}
 */
function group(list, keyOf) {
  const groups = new Map();
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
