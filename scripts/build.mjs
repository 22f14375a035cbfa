#!/usr/bin/env node
/**
 * Builds the package, unless what is there was built from the same files. Every script that needs the package calls this
 * first; several may do so at the same time.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contentKey } from "../packages/fixtures/src/content-key.mjs";
import { withLock } from "../packages/fixtures/src/lock.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "packages/tenon");
const stamp = join(folder, "bundle", ".built-from");

const inputs = [
  "src",
  "package.json",
  "bundle.mjs",
  "join-chunks.mjs",
  "tsconfig.build.json",
  "../../tsconfig.base.json",
];
const current = () => contentKey(folder, [...inputs, "../../package-lock.json"]);

mkdirSync(join(root, ".cache"), { recursive: true });
await withLock(join(root, ".cache", "build.lock"), async () => {
  const key = current();
  if (read(stamp) === key) return;
  // A build that fails half-way must not pass for one that did not.
  rmSync(stamp, { force: true });
  const { status } = spawnSync("npm", ["run", "-s", "build", "--workspace=tenon"], { cwd: root, stdio: "inherit" });
  if (status === 0) writeFileSync(stamp, key);
  process.exitCode = status ?? 1;
});

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
