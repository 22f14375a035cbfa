#!/usr/bin/env node
/**
 * Checks that no folders of packages/tenon/src import each other in a circle, type imports included, and that no circle of
 * files inside a folder has more than three. What is in a circle can only be understood, tested and moved together.
 */
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { importsOf, source, sourceFiles } from "./source-files.mjs";

/** Two or three files may describe each other: a type and what makes it. More are a tangle. */
const mostFiles = 3;

/**
 * Which nodes a node leads to.
 *
 * @typedef {Map<string, Set<string>>} Graph
 */

/** @type {Graph} */
const files = new Map(sourceFiles().map((file) => [file, new Set()]));
for (const [file, imported] of files) {
  for (const specifier of importsOf(readFileSync(file, "utf8"))) {
    const to = resolve(dirname(file), specifier).replace(/\.js$/, ".ts");
    if (specifier.startsWith(".") && files.has(to) && to !== file) imported.add(to);
  }
}

/** @type {Graph} */
const folders = new Map();
/**
 * An import that makes a folder depend on another, as `from > to`.
 *
 * @type {Map<string, string>}
 */
const examples = new Map();
for (const [file, imported] of files) {
  const from = dirname(file);
  if (!folders.has(from)) folders.set(from, new Set());
  for (const other of imported) {
    const to = dirname(other);
    if (to === from) continue;
    folders.get(from)?.add(to);
    if (!folders.has(to)) folders.set(to, new Set());
    examples.set(`${from} > ${to}`, `${named(file)} imports ${named(other)}`);
  }
}

const problems = [];
for (const circle of circles(folders)) {
  const steps = shortest(circle, folders);
  const shown = steps.map((from, index) => `  ${examples.get(`${from} > ${steps[(index + 1) % steps.length]}`)}`);
  problems.push([`folders import each other: ${[...circle].map(named).sort().join(", ")}`, ...shown].join("\n"));
}
for (const circle of circles(files)) {
  if (circle.size <= mostFiles) continue;
  const steps = shortest(circle, files);
  const shown = steps.map(
    (from, index) => `  ${named(from)} imports ${named(steps[(index + 1) % steps.length] ?? from)}`,
  );
  problems.push(
    [`${circle.size} files import each other: ${[...circle].map(named).sort().join(", ")}`, ...shown].join("\n"),
  );
}
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? "cycles: none between folders, none of more than three files"
    : `cycles: ${problems.length}. Move what is shared into a folder below, or let one side see only what it uses.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @param {string} path */
function named(path) {
  return relative(source, path) || ".";
}

/**
 * Returns the sets of nodes that can all reach each other (Tarjan's strongly connected components), without single nodes.
 *
 * @param {Graph} graph
 */
function circles(graph) {
  /** @type {Map<string, { index: number, low: number, open: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const path = [];
  /** @type {Set<string>[]} */
  const found = [];
  /** @param {string} node */
  const visit = (node) => {
    const state = { index: seen.size, low: seen.size, open: true };
    seen.set(node, state);
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const known = seen.get(next);
      if (known === undefined) state.low = Math.min(state.low, visit(next).low);
      else if (known.open) state.low = Math.min(state.low, known.index);
    }
    if (state.low === state.index) {
      const members = path.splice(path.indexOf(node));
      for (const member of members) {
        const known = seen.get(member);
        if (known !== undefined) known.open = false;
      }
      if (members.length > 1) found.push(new Set(members));
    }
    return state;
  };
  for (const node of graph.keys()) if (!seen.has(node)) visit(node);
  return found;
}

/**
 * Returns a shortest way through a circle that ends where it begins.
 *
 * @param {Set<string>} circle
 * @param {Graph} graph
 */
function shortest(circle, graph) {
  /** @type {string[]} */
  let best = [...circle, ""];
  for (const start of circle) {
    const ways = [[start]];
    const reached = new Set([start]);
    for (let way = ways.shift(); way !== undefined && way.length < best.length; way = ways.shift()) {
      for (const next of graph.get(way[way.length - 1] ?? "") ?? []) {
        if (next === start) {
          best = way;
          ways.length = 0;
          break;
        }
        if (circle.has(next) && !reached.has(next)) {
          reached.add(next);
          ways.push([...way, next]);
        }
      }
    }
  }
  return best;
}
