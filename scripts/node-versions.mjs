#!/usr/bin/env node
/**
 * Runs what can differ between versions of Node on the other supported ones: `node scripts/node-versions.mjs [24 26]`.
 * That is the unit and system tests but those of {@link same}, and the conformance suite for JavaScript in each place that
 * Node itself provides, and for components inline. The npm package `node` brings the versions. With `--all`, nothing is
 * left out: so the full campaign runs it.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../packages/fixtures/src/cache-folder.mjs";
import { withLock } from "../packages/fixtures/src/lock.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const all = process.argv.includes("--all");
const named = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const versions = named.length > 0 ? named : ["24", "26"];
const reports = mkdtempSync(join(tmpdir(), "tenon-reports-"));
process.on("exit", () => rmSync(reports, { recursive: true, force: true }));

/**
 * Tests of what does the same on every version. What such a test shows must depend on our own code alone, or on another
 * program: what starts threads, loads modules, watches files, gets signals, serves or connects is not here.
 */
const same = [
  // Bytes or text in, facts out: numbers, strings and arrays, and hardly a function of Node.
  /^tenon\/src\/(?:binary|program|skew)\//,
  /^tenon\/src\/contract\/(?:compat|formats|wit)\//,
  // They run compilers and bundlers, which are other programs, and read what those print. That what was built also runs is
  // shown by the suite, whose plugins in TypeScript are built by the same code.
  /^tenon\/src\/builders\//,
  // What the pages say, and the type checker's opinion of the declarations.
  /^tenon\/src\/documentation\//,
  // Words in, words out. The commands that stay are those that listen, watch, are interrupted or debugged, exit with a
  // code, or run a plugin in each place.
  /^tenon\/src\/cli\/(?!debugging|exit-codes|signals|watch|(?:commands\/(?:run-places|serve)|running\/run-watching)\.)/,
  // Counts how often our own functions are entered, for contracts of growing size.
  /^tenon\/src\/growth\./,
  // Tables and lists; and a sample of the suite in a host that may not generate code, as host/no-code-generation shows it.
  /^conformance\/src\//,
];

/** The unit and system tests that may differ. */
function different() {
  const packages = join(root, "packages");
  const files = /** @type {string[]} */ (readdirSync(packages, { recursive: true }));
  return files
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /^[\w-]+\/src\/.*\.test\.ts$/.test(file) && !file.includes(".toolchain."))
    .filter((file) => !same.some((pattern) => pattern.test(file)))
    .map((file) => `packages/${file}`);
}

const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--project=unit", "--project=system"];
const suite = [join(root, "node_modules/tsx/dist/cli.mjs"), join(root, "packages/conformance/src/main.ts")];
const component = [...suite, "wasm-rust", "inline"];
// A pool distributes plugins to the threads of the place `worker`, and a builtin is opened as any plugin inline is.
const places = ["inline", "worker", "process"].map((place) => [...suite, "js", place]);
const runs = all ? [vitest, [...suite, "js"], component] : [[...vitest, ...different()], ...places, component];

/** @type {import("../packages/fixtures/src/reporter.js").TestReport[]} */
const told = [];
for (const version of versions) {
  const node = await installed(version);
  if (node === undefined) {
    console.error(`Node ${version}: the npm package has no binary for ${process.platform}-${process.arch}`);
    process.exitCode = 1;
    continue;
  }
  console.log(`\n== Node ${spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim()}`);
  for (const words of runs) {
    const report = join(reports, `${told.length}.json`);
    const { status } = spawnSync(node, words, {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        PATH: dirname(node) + delimiter + (process.env.PATH ?? ""),
        TENON_TEST_REPORT: report,
      },
    });
    if (status !== 0) process.exitCode = 1;
    if (existsSync(report)) told.push(JSON.parse(readFileSync(report, "utf8")));
    else process.exitCode = 1;
  }
}
if (process.env.TENON_TEST_REPORT !== undefined)
  writeFileSync(process.env.TENON_TEST_REPORT, JSON.stringify(sum(told)));

/**
 * The program of a version of Node, installed if it is not yet there.
 *
 * @param {string} version
 */
async function installed(version) {
  const folder = cached("node", version);
  // npm keeps the binary in a platform package beside `node`, and links it from `node`'s install script; that may be off.
  const binary = () =>
    [
      join(folder, "node_modules", "node", "bin", "node"),
      join(folder, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node"),
      join(folder, "node_modules", `node-bin-${process.platform}-${process.arch}`, "bin", "node"),
    ].find(existsSync);
  mkdirSync(folder, { recursive: true });
  return withLock(join(folder, "lock"), async () => {
    if (binary() === undefined) {
      writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
      console.log(`fetching Node ${version} …`);
      spawnSync("npm", ["install", "--no-audit", "--no-fund", "--silent", `node@${version}`], {
        cwd: folder,
        stdio: "inherit",
      });
    }
    return binary();
  });
}

/**
 * @param {readonly import("../packages/fixtures/src/reporter.js").TestReport[]} each
 * @returns {import("../packages/fixtures/src/reporter.js").TestReport}
 */
function sum(each) {
  /** @type {Record<string, number>} */
  const reasons = {};
  for (const [reason, count] of each.flatMap((one) => Object.entries(one.reasons)))
    reasons[reason] = (reasons[reason] ?? 0) + count;
  return {
    passed: each.reduce((all, { passed }) => all + passed, 0),
    failed: each.reduce((all, { failed }) => all + failed, 0),
    skipped: each.reduce((all, { skipped }) => all + skipped, 0),
    failures: each.flatMap(({ failures }) => failures),
    retried: each.flatMap(({ retried }) => retried),
    reasons,
    files: Object.assign({}, ...each.map(({ files }) => files)),
  };
}
