import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { belongsToBuild } from "../../tenon/dist/builders/go/module/build-constraints.js";
import { readSourceFile } from "../../tenon/dist/builders/go/module/source-file.js";
import { readRecipe } from "./recipe.mjs";

/** @import { GoTest, Package, Recipe } from "./types.js" */

/** Folders with Go's single-file tests. Source: cmd/internal/testdir. */
const folders = [
  ".",
  "ken",
  "chan",
  "interface",
  "internal/runtime/sys",
  "syntax",
  "dwarf",
  "fixedbugs",
  "abi",
  "typeparam",
  "typeparam/mdempsky",
  "arenas",
];

/**
 * Finds the tests that run a program: a single file (`run`, `buildrun`), the packages in a folder (`rundir`), or the source that
 * another program prints (`runoutput`).
 *
 * @param {string} root
 * @param {number} minor
 * @returns The tests, and the names of those that cannot run here, by reason.
 */
export function findTests(root, minor) {
  /** @type {GoTest[]} */
  const tests = [];
  /** @type {Map<string, string[]>} */
  const left = new Map();
  for (const folder of folders) {
    if (!existsSync(join(root, folder))) continue;
    for (const file of readdirSync(join(root, folder)).sort()) {
      if (!file.endsWith(".go")) continue;
      const test = testOf(root, folder, file, minor);
      if (typeof test === "string") left.set(test, [...(left.get(test) ?? []), join(folder, file)]);
      else if (test !== undefined) tests.push(test);
    }
  }
  return { tests, left };
}

/**
 * Returns a test, or why it is left out, or `undefined` for a file that runs nothing.
 *
 * @param {string} root
 * @param {string} folder
 * @param {string} file
 * @param {number} minor
 * @returns {GoTest | string | undefined}
 */
function testOf(root, folder, file, minor) {
  const path = join(root, folder, file);
  const source = readFileSync(path, "utf8");
  const recipe = readRecipe(source);
  if (recipe === undefined) return undefined;
  // A suffix in the name of a test does not mean an operating system: only the line in the file counts.
  if (!belongsToBuild("test.go", source, minor)) return "its build constraint excludes wasip1/wasm";
  if (recipe.reason !== undefined) return recipe.reason;
  const packages = recipe.kind === "rundir" ? packagesOf(path.replace(/\.go$/, ".dir")) : [mainOf(path, recipe)];
  const output = path.replace(/\.go$/, ".out");
  return {
    ...recipe,
    name: join(folder, file),
    packages,
    /** The root of Go's source tree, which contains the tests. */
    tree: dirname(root),
    title: basename(path),
    expected: existsSync(output) ? readFileSync(output, "utf8") : "",
  };
}

/**
 * The words may name further files of the package: `run other.go`.
 *
 * @param {string} path
 * @param {Recipe} recipe
 * @returns {Package}
 */
function mainOf(path, { further }) {
  const files = [path, ...further.map((word) => join(dirname(path), word))];
  return { path: "main", name: "main", files, imports: importsOf(files) };
}

/**
 * Returns the packages in a folder in the order of their first files, each named after that file.
 * Source: cmd/internal/testdir, goDirPackages.
 *
 * @param {string} folder
 * @returns {Package[]}
 */
function packagesOf(folder) {
  /** @type {Map<string | undefined, { path: string; name: string; files: string[] }>} */
  const packages = new Map();
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".go")) continue;
    const path = join(folder, name);
    const { packageName } = readSourceFile(path, readFileSync(path, "utf8"));
    const known = packages.get(packageName);
    if (known !== undefined) known.files.push(path);
    else {
      const own = `test/${name.slice(0, -3)}`;
      packages.set(packageName, { path: packageName === "main" ? "main" : own, name: own, files: [path] });
    }
  }
  return [...packages.values()].map((each) => ({ ...each, imports: importsOf(each.files) }));
}

/** @param {readonly string[]} files */
function importsOf(files) {
  const imports = files.flatMap((path) => readSourceFile(path, readFileSync(path, "utf8")).imports);
  return imports.filter((path) => path !== "unsafe" && !path.startsWith("."));
}
