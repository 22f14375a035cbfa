#!/usr/bin/env node
/**
 * Gives changed program files to every reader of binary/: each must end in a result or in an error of Tenon's, soon and
 * in little memory. Run as `tsx scripts/fuzz-binary.mjs`, as the readers are TypeScript.
 *
 *   --count N    how many inputs (1,000,000)
 *   --seed N     equal seeds make equal inputs (1)
 *   --components changes WebAssembly components alone
 *   --only I     makes this one input alone, writes it to fuzz-I.bin in the temporary folder, and tells what comes of it
 *   --limit MS   the longest that one input may take of the processor (2000)
 */
import { fork } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fuzz, together } from "../packages/tenon/src/binary/testing/fuzz/run.mjs";
import { makeComponentSeeds, makeSeeds } from "../packages/tenon/src/binary/testing/fuzz/seeds.mjs";
import { workspace } from "../packages/tenon/src/binary/testing/workspace.mjs";

const processes = 2;
/**
 * What a process is sent: the seeds are in files.
 *
 * @typedef {Omit<Plan, "seeds"> & { file: string }} Work
 * @typedef {{ outcome: Outcome; residentPeak: number }} Result
 * @typedef {import("../packages/tenon/src/binary/testing/fuzz/run.mjs").Plan} Plan
 * @typedef {import("../packages/tenon/src/binary/testing/fuzz/run.mjs").Outcome} Outcome
 * @typedef {import("../packages/tenon/src/binary/testing/fuzz/run.mjs").Measure} Measure
 * @typedef {import("../packages/tenon/src/binary/testing/fuzz/mutation.mjs").Seed} Seed
 */

/** A process that tells nothing for so long hangs. */
const silence = 120_000;

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "1000000" },
      seed: { type: "string", default: "1" },
      components: { type: "boolean", default: false },
      only: { type: "string" },
      limit: { type: "string", default: "2000" },
    },
  });
  const began = performance.now();
  const seeds = values.components ? makeComponentSeeds() : makeSeeds("all", (what) => console.log(`not made: ${what}`));
  const bytes = seeds.reduce((sum, seed) => sum + seed.bytes.length, 0);
  console.log(`${seeds.length} seeds of ${megabytes(bytes)}, made in ${seconds(performance.now() - began)}`);
  if (values.only !== undefined) return one(seeds, Number(values.seed), Number(values.only));

  const file = join(workspace(), "seeds.json");
  const stored = seeds.map((seed, index) => {
    const path = join(workspace(), `seed-${index}`);
    writeFileSync(path, seed.bytes);
    return { ...seed, bytes: undefined, path };
  });
  writeFileSync(file, JSON.stringify(stored));
  const plan = { file, seed: Number(values.seed), to: Number(values.count), step: processes };
  const start = performance.now();
  const outcomes = await Promise.all(Array.from({ length: processes }, (_, from) => child({ ...plan, from })));
  const outcome = together(outcomes.map((each) => each.outcome));
  const residentPeak = Math.max(...outcomes.map((each) => each.residentPeak));
  report(outcome, performance.now() - start, residentPeak);
  const tooSlow = outcome.slowest.value > Number(values.limit);
  const tooLarge = outcome.excessive.length > 0;
  if (tooSlow) console.log(`FAILED: an input took longer than ${values.limit} ms`);
  if (tooLarge) {
    console.log(`FAILED: ${outcome.excessive.length} inputs took more memory than their size allows:`);
    for (const each of outcome.excessive.slice(0, 20)) console.log(`  ${megabytes(each.value)}: ${place(each)}`);
  }
  process.exitCode = outcome.faults.length > 0 || tooSlow || tooLarge || outcome.count !== plan.to ? 1 : 0;
}

let told = 0;

/**
 * A line for each tenth, so that a long run is seen to go on.
 *
 * @param {number} index
 * @param {number} count
 */
function tell(index, count) {
  const tenth = Math.floor((index / count) * 10);
  if (tenth > told) console.error(`${tenth * 10} %`);
  told = Math.max(told, tenth);
}

/**
 * @param {Work} plan
 * @returns {Promise<Result>}
 */
function child(plan) {
  return new Promise((resolve, reject) => {
    const worker = fork(fileURLToPath(import.meta.url), [], {
      execArgv: [...process.execArgv, "--max-old-space-size=512"],
    });
    let last = plan.from;
    const hang = () => {
      worker.kill("SIGKILL");
      reject(new Error(`no input was finished for ${silence / 1000} s, after input ${last}`));
    };
    let watch = setTimeout(hang, silence);
    worker.on("message", (/** @type {{ index: number } | (Result & { index?: undefined })} */ message) => {
      clearTimeout(watch);
      if (message.index !== undefined) {
        last = message.index;
        tell(last, plan.to);
        watch = setTimeout(hang, silence);
      } else resolve(message);
    });
    worker.on("exit", (code, signal) => {
      clearTimeout(watch);
      reject(new Error(`a process ended with ${code ?? signal} after input ${last}`));
    });
    worker.send(plan);
  });
}

async function work() {
  /** @type {Work} */
  const { file, ...plan } = await new Promise((resolve) => process.once("message", resolve));
  const seeds = JSON.parse(readFileSync(file, "utf8")).map((/** @type {Seed & { path: string }} */ seed) => ({
    ...seed,
    bytes: new Uint8Array(readFileSync(seed.path)),
  }));
  const outcome = fuzz({ ...plan, seeds, progress: (index) => process.send?.({ index }) });
  // Kibibytes, whatever the system counts in.
  process.send?.({ outcome, residentPeak: process.resourceUsage().maxRSS * 1024 }, undefined, {}, () =>
    process.disconnect(),
  );
}

/**
 * @param {Seed[]} seeds
 * @param {number} seed
 * @param {number} index
 */
function one(seeds, seed, index) {
  const path = join(tmpdir(), `fuzz-${index}.bin`);
  const each = (/** @type {number} */ _, /** @type {Uint8Array} */ bytes) => writeFileSync(path, bytes);
  const outcome = fuzz({ seeds, seed, from: index, to: index + 1, each });
  console.log(`written to ${path}`);
  report(outcome, outcome.slowest.value, process.resourceUsage().maxRSS * 1024);
}

/**
 * @param {Outcome} outcome
 * @param {number} time
 * @param {number} residentPeak
 */
function report(outcome, time, residentPeak) {
  const names = Object.keys(outcome.readers);
  const width = Math.max(...names.map((name) => name.length));
  for (const name of names) {
    const counts = Object.entries(outcome.readers[name] ?? {}).sort(([, a], [, b]) => b - a);
    console.log(`${name.padEnd(width)}  ${counts.map(([key, count]) => `${key} ${count}`).join("  ")}`);
  }
  console.log(`slowest input: ${outcome.slowest.value.toFixed(1)} ms of the processor (${place(outcome.slowest)})`);
  console.log(`most memory taken by one input: ${megabytes(outcome.largest.value)} (${place(outcome.largest)})`);
  console.log(`most memory of a process: ${megabytes(residentPeak)}`);
  for (const { index, seed, reader, message } of outcome.faults.slice(0, 20))
    console.log(`FAULT: input ${index}, of ${seed}, ${reader}: ${message}`);
  console.log(`${outcome.count} inputs in ${seconds(time)}, ${outcome.faults.length} faults`);
}

/** @param {Measure} measure */
function place({ index, seed, inputBytes }) {
  return `input ${index}, of ${seed}, ${inputBytes} bytes`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MB`;
}

/** @param {number} milliseconds */
function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

if (process.send === undefined) await main();
else await work();
