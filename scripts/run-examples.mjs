#!/usr/bin/env node
/**
 * Runs every example as its user would: the command in its package.json-like `example.json`, in its own folder. An
 * example fails when it exits with another code than it says, or prints less than it promises.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const examples = join(root, "examples");
let passed = 0;
let failed = 0;

for (const name of readdirSync(examples).sort()) {
  const file = join(examples, name, "example.json");
  if (!existsSync(file)) continue;
  const { needs, first, runs } = JSON.parse(readFileSync(file, "utf8"));
  if (needs !== undefined && !["version", "--version"].some((word) => spawnSync(needs, [word]).status === 0)) {
    console.log(`skip ${name}: ${needs} is not installed`);
    continue;
  }
  // What cannot be had here is no fault of the example.
  const had =
    first === undefined ? undefined : spawnSync(first, { cwd: root, shell: true, encoding: "utf8", timeout: 900_000 });
  if (had !== undefined && had.status !== 0) {
    console.log(`skip ${name}: ${first} failed: ${had.stderr.trim().split("\n").at(-1)}`);
    continue;
  }
  for (const { command, exit = 0, prints = [] } of runs) {
    const { status, stdout, stderr } = spawnSync(command, {
      cwd: root,
      shell: true,
      encoding: "utf8",
      timeout: 900_000,
      env: { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}`, NO_COLOR: "1" },
    });
    const missing = prints.filter((/** @type {string} */ text) => !`${stdout}${stderr}`.includes(text));
    if (status === exit && missing.length === 0) {
      passed++;
      console.log(`ok   ${name}: ${command}`);
    } else {
      failed++;
      console.log(
        `FAIL ${name}: ${command}\n  exit ${status}, expected ${exit}; not printed: ${JSON.stringify(missing)}\n${stdout}${stderr}`,
      );
    }
  }
}
console.log(`examples: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
