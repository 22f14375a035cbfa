#!/usr/bin/env node
/**
 * Runs the stages of steps.mjs. A step's output is printed whole when it ends, so that lanes do not mix. Ends with the
 * time of each step, the slowest test files, skipped tests with their reasons, and "N passed, N failed, N skipped".
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stages } from "./steps.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const reports = join(root, ".cache", "ci");
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {{ name: string, seconds: number, outcome: string }[]} */
const times = [];
/** @type {Map<string, number>} */
const slow = new Map();
/** @type {Map<string, number>} */
const reasons = new Map();
/** @type {Record<"failures" | "retried", string[]>} */
const told = { failures: [], retried: [] };

const began = performance.now();
for (const lanes of stages)
  await Promise.all(
    lanes.map(async (steps) => {
      for (const step of steps) await run(step);
    }),
  );

console.log("\n== time of each step");
for (const { name, seconds, outcome } of times) console.log(`${clock(seconds)}  ${outcome.padEnd(7)} ${name}`);
console.log(`${clock((performance.now() - began) / 1000)}  in all`);

console.log("\n== the 20 slowest test files");
for (const [file, seconds] of [...slow].sort(([, a], [, b]) => b - a).slice(0, 20))
  console.log(`${seconds.toFixed(1).padStart(7)} s  ${file}`);

if (reasons.size > 0) console.log("\n== skipped tests");
for (const [reason, count] of [...reasons].sort(([, a], [, b]) => b - a))
  console.log(`${String(count).padStart(5)}  ${reason}`);

if (told.retried.length > 0) console.log(`\n== passed only at the second try\n${told.retried.join("\n")}`);
if (told.failures.length > 0) console.log(`\n== failed\n${told.failures.join("\n")}`);

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** @param {import("./steps.mjs").Step} step */
async function run({ name, command: [program, ...words], report = false, optional = false }) {
  const start = performance.now();
  const file = join(reports, `${name.replaceAll(/[^\w]+/g, "-")}.json`);
  const environment = { ...process.env, CI: process.env.CI ?? "true", NO_COLOR: "1" };
  const { status, output } = await outcomeOf(
    program,
    words,
    report ? { ...environment, TENON_TEST_REPORT: file } : environment,
  );
  const seconds = (performance.now() - start) / 1000;
  const counted = report ? read(file) : undefined;
  const outcome = status === 0 ? "ok" : optional ? "skipped" : "FAILED";
  process.stdout.write(`\n== ${name}: ${outcome} in ${clock(seconds).trim()}\n${output}`);
  times.push({ name, seconds, outcome });
  if (counted === undefined) {
    if (outcome === "ok") total.passed++;
    else if (outcome === "FAILED") {
      total.failed++;
      told.failures.push(name);
    }
    return;
  }
  for (const kind of /** @type {const} */ (["passed", "failed", "skipped"])) total[kind] += counted[kind];
  // A run may fail although each of its tests passed: an error outside of a test, a process that was killed.
  if (status !== 0 && counted.failed === 0) {
    total.failed++;
    told.failures.push(`${name}: ended with ${status}, although each test passed`);
  }
  for (const kind of /** @type {const} */ (["failures", "retried"]))
    told[kind].push(...counted[kind].map((one) => `${name}: ${one}`));
  for (const [path, taken] of Object.entries(counted.files)) {
    const label = name === "tests" ? path : `${path} (${name})`;
    slow.set(label, taken);
  }
  for (const [reason, count] of Object.entries(counted.reasons))
    reasons.set(reason, (reasons.get(reason) ?? 0) + count);
}

/**
 * @param {string} program
 * @param {readonly string[]} words
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ status: number | null, output: string }>}
 */
function outcomeOf(program, words, env) {
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    child.once("error", (error) => resolve({ status: 127, output: `${output}${error.message}\n` }));
    child.once("close", (status) => resolve({ status, output }));
  });
}

/**
 * @param {string} file
 * @returns {import("../../packages/fixtures/src/reporter.js").TestReport | undefined}
 */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`.padStart(6);
}
