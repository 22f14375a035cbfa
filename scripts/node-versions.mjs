#!/usr/bin/env node
/**
 * Runs the tests on the other versions of Node that are supported: `node scripts/node-versions.mjs [24 26]`.
 * The npm package `node` brings them, into .cache/, which git ignores.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ["24", "26"];
/** Tests of what reads files, runs compilers or prints: slow, and the same on every version. */
const same = ["binary", "skew", "builders", "cli/commands"].map((folder) => `packages/tenon/src/${folder}/**`);
let failed = false;

for (const version of versions) {
  const folder = join(root, ".cache", `node-${version}`);
  // npm keeps the binary in a platform package beside `node`, and links it from `node`'s install script; that may be off.
  const binary = () =>
    [
      join(folder, "node_modules", "node", "bin", "node"),
      join(folder, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node"),
      join(folder, "node_modules", `node-bin-${process.platform}-${process.arch}`, "bin", "node"),
    ].find(existsSync);
  if (binary() === undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    console.log(`fetching Node ${version} …`);
    spawnSync("npm", ["install", "--no-audit", "--no-fund", "--silent", `node@${version}`], {
      cwd: folder,
      stdio: "inherit",
    });
  }
  const node = binary();
  if (node === undefined) {
    console.error(`Node ${version}: the npm package brought no binary for ${process.platform}-${process.arch}`);
    failed = true;
    continue;
  }
  const shown = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\n== Node ${shown}`);
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const { status } = spawnSync(
    node,
    [vitest, "run", "--reporter=dot", ...same.flatMap((path) => ["--exclude", path])],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, PATH: dirname(node) + delimiter + (process.env.PATH ?? "") },
    },
  );
  if (status !== 0) failed = true;
}
process.exitCode = failed ? 1 : 0;
