/** The Go sources from which every variant starts, as path → text, and the module trees for the builds. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { writeModule } from "./module-proxy.mjs";

/** @import { Files, ModuleVersion } from "./types.js" */

const folder = fileURLToPath(new URL("../go/", import.meta.url));

/**
 * Returns the files in go/NAME.
 *
 * @param {string} name
 */
export function sourceFiles(name) {
  const root = join(folder, name);
  /** @type {Files} */
  const files = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      files[relative(root, path)] = readFileSync(path, "utf8");
    }
  return files;
}

/**
 * Empties a folder and writes `files` into it.
 *
 * @param {string} target
 * @param {Files} files
 */
export function writeFiles(target, files) {
  rmSync(target, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(target, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/**
 * Replaces text that must exist: otherwise a variant would not differ from the original.
 *
 * @param {Files[string] | undefined} text
 * @param {string} from
 * @param {string} to
 */
export function replaced(text, from, to) {
  if (typeof text !== "string" || !text.includes(from))
    throw new Error(`the sources do not contain ${JSON.stringify(from)}`);
  return text.replace(from, to);
}

/**
 * Edits of the shared library. Each is a world in which example.com/dep v1.0.0 has this content.
 *
 * @type {Record<string, (text: string) => string>}
 */
const worlds = {
  base: (text) => text,
  "large-body": (text) => replaced(text, "return 10\n", "return 20\n"),
  "small-body": (text) => replaced(text, "return 1 }", "return 2 }"),
  "new-function": (text) => `${text}\n// Added is new.\nfunc Added(value string) string { return value }\n`,
  "changed-signature": (text) =>
    replaced(text, "func Calls() int { return calls }", "func Calls() int64 { return int64(calls) }"),
  "new-comment": (text) => replaced(text, "var calls int", "// A line that moves those below.\nvar calls int"),
  "trailing-comment": (text) => `${text}\n// Nothing follows.\n`,
  "new-private-variable": (text) => `${text}\nvar unused = map[string]int{"one": 1}\n`,
};

export const worldNames = Object.keys(worlds);

/**
 * Writes the modules of a world below `tree`. Returns their contents, for a cache key.
 *
 * @param {string} tree
 * @param {string} world
 */
export function writeWorld(tree, world) {
  const dep = sourceFiles("dep");
  const edit = worlds[world];
  const source = dep["dep.go"];
  if (edit === undefined || typeof source !== "string") throw new Error(`no world ${world}`);
  /** @type {Files} */
  const first = { ...dep, "dep.go": edit(source) };
  /** @type {Files} */
  const second = { ...dep, "dep.go": replaced(source, "return 10\n", "return 11\n") };
  /** @type {ModuleVersion[]} */
  const modules = [
    ["example.com/api", "v1.0.0", sourceFiles("api")],
    ["example.com/dep", "v1.0.0", first],
    ["example.com/dep", "v1.0.1", first],
    ["example.com/dep", "v1.1.0", second],
    ["example.com/host", "v1.0.0", sourceFiles("host")],
  ];
  rmSync(tree, { recursive: true, force: true });
  for (const [path, version, files] of modules) writeModule(tree, path, version, files);
  return modules;
}
