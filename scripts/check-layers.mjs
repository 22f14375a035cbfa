#!/usr/bin/env node
/**
 * Checks the layers of packages/tenon/src: a layer imports only downward, siblings of one layer that are declared apart
 * never import each other, neither host nor runtimes know a place (they name none and ask no global variable for it), and the
 * command line knows no kind of plugin. See ARCHITECTURE.md, "Layers".
 */
import { readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { importsOf, source, sourceFiles } from "./source-files.mjs";

/**
 * Folder of src (or `folder/subfolder` where subfolders are apart) to layer.
 *
 * @type {Record<string, number>}
 */
const layers = {
  errors: 0,
  contract: 1,
  binary: 1,
  build: 2,
  terminal: 1,
  contributions: 2,
  grants: 1,
  launch: 2,
  observation: 2,
  rpc: 2,
  runtime: 2,
  storage: 2,
  program: 2,
  wasi: 2,
  sources: 2,
  host: 3,
  places: 3,
  runtimes: 3,
  builders: 3,
  guest: 3,
  skew: 3,
  config: 4,
  presets: 4,
  http: 4,
  metrics: 4,
  testing: 4,
  go: 4,
  cli: 5,
  "index.ts": 5,
};
/** Tests of more than one layer. */
const tests = new Set(["documentation"]);
/** Folders of one layer that may import each other (one way each). */
const allowed = new Set([
  "build>launch",
  "build>runtime",
  "launch>runtime",
  "observation>runtime",
  "rpc>runtime",
  "runtime>storage",
  "rpc>storage",
  "sources>runtime",
  "program>runtime",
  "wasi>runtime",
  "testing>presets",
  "contributions>runtime",
  "program>contributions",
  "presets>config",
  "presets>go",
  "presets>http",
]);
/** Folders whose subfolders are siblings that never import each other. */
const apart = new Set(["places", "runtimes", "builders"]);
/**
 * contract/ and binary/ do no I/O. Hashing and inflating are none.
 *
 * @type {Record<string, string[]>}
 */
const pure = { contract: ["node:crypto"], binary: ["node:zlib"], errors: ["node:util"] };

/** The names of places, as literals. A runtime names the place that it prefers, as `place: "inline"`, and no other. */
const placeNames = /(?<!\bplace: )["'](?:inline|worker|worker-pool|process)["']/g;
/** The folders that know no place. */
const unaware = new Set(["host", "runtimes"]);

/** The command line learns of runtimes, languages and protocols from contributions alone. */
const uninformed = "cli";
const notForCommandLine = new Set(["runtimes", "builders", "go", "skew", "http"]);
/** What it must not name: runtimes and languages, as values or in its texts. Names of files in examples are none. */
const kindNames =
  /["'`](?:js|wasm|builtin|go|c|rust|typescript|javascript|extism)["'`]|\b(?:WebAssembly|JavaScript|TypeScript|Rust|Go|Extism)\b/g;

const problems = [];
for (const file of sourceFiles()) {
  const from = place(file);
  if (Number.isNaN(from.layer) && !tests.has(from.folder))
    problems.push(`${relative(source, file)} is in no known layer`);
  const text = readFileSync(file, "utf8");
  if (unaware.has(from.folder)) {
    for (const [name] of text.matchAll(placeNames))
      problems.push(`${relative(source, file)} names the place ${name}: ask for its traits`);
    if (/Symbol\.for\(["']tenon\.place/.test(text))
      problems.push(`${relative(source, file)} asks a global for its place`);
  }
  if (from.folder === uninformed)
    for (const [name] of withoutComments(text).matchAll(kindNames))
      problems.push(`${relative(source, file)} names ${name}: a contribution brings what belongs to it`);
  for (const specifier of importsOf(text)) {
    const shown = `${relative(source, file)} imports ${specifier}`;
    if (!specifier.startsWith(".")) {
      const permitted = pure[from.folder];
      if (permitted !== undefined && !permitted.includes(specifier))
        problems.push(`${shown}: ${from.folder}/ does no I/O and depends on nothing`);
      continue;
    }
    const to = place(resolve(dirname(file), specifier));
    if (from.folder === uninformed && notForCommandLine.has(to.folder))
      problems.push(`${shown}: the command line knows no ${to.folder}/: a contribution brings it`);
    if (Number.isNaN(to.layer)) problems.push(`${shown}: it is in no known layer`);
    else if (to.folder === from.folder) {
      if (apart.has(from.folder) && to.part !== from.part)
        problems.push(`${shown}: ${from.folder}/${from.part} and ${to.folder}/${to.part} are siblings`);
    } else if (to.layer > from.layer) problems.push(`${shown}: upward, from layer ${from.layer} to ${to.layer}`);
    else if (to.layer === from.layer && !allowed.has(`${from.folder}>${to.folder}`))
      problems.push(`${shown}: sideways, in layer ${from.layer}`);
  }
}
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? "layers: every import goes downward" : `layers: ${problems.length} imports are not allowed`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @param {string} text */
function withoutComments(text) {
  return text.replace(/^\s*\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}

/** @param {string} path */
function place(path) {
  const [folder = "", part = ""] = relative(source, path).split(sep);
  const name = folder === "index.js" ? "index.ts" : folder;
  return { folder: name, part, layer: layers[name] ?? Number.NaN };
}
