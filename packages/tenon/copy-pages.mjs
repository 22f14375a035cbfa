/**
 * Copies the README, and the pages and folders that it links to, from the root of the repository into the package, so that
 * their relative links work on npm as well. What it copies is in package.json: every entry of `files` that exists at the
 * root. `npm pack` and `npm publish` run it before packing, and with `--remove` afterwards.
 */
import { existsSync } from "node:fs";
import { cp, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const packageFolder = fileURLToPath(new URL(".", import.meta.url));
const repository = join(packageFolder, "../..");
const leftBehindByBuilds = new Set(["node_modules", "target", "dist", ".cache"]);
// `npm publish` reads the README for the registry's page after packing.
const staysAfterPacking = new Set(["README.md", "LICENSE"]);
const removes = process.argv.includes("--remove");

const { files } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
for (const name of files) {
  const source = join(repository, name);
  const target = join(packageFolder, name);
  if (!existsSync(source) || (removes && staysAfterPacking.has(name))) continue;
  await rm(target, { recursive: true, force: true });
  if (removes) continue;
  await cp(source, target, { recursive: true, filter: (path) => !leftBehindByBuilds.has(basename(path)) });
}
