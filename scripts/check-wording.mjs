#!/usr/bin/env node
/**
 * Checks that the wording of failures lives in packages/tenon/src/errors and nowhere else: no error or finding is made
 * from text outside of it. `node scripts/check-wording.mjs [folder …]` looks at the given folders of src only.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../packages/tenon/src/", import.meta.url));
const folders = process.argv.slice(2);

/**
 * `testing` holds the doubles of other people's runtimes, which make their errors as those do. `skew/quoted` holds the
 * texts of Go and of glibc's loader as data: Tenon predicts them byte for byte.
 */
const exempt = /^(?:errors|testing|skew\/quoted)\/|\.test(?:-d)?\.ts$|(?:^|\/)fixtures\//;

/** @type {[RegExp, string][]} */
const patterns = [
  [/\berrors\.TENON_[A-Z_]+\(/, "makes an error: call a factory of errors/factories"],
  [/\bfinding\(\s*"TENON_/, "makes a finding: call a factory of errors/factories"],
  [/\bnew TenonError\(/, "makes an error: call a factory of errors/factories"],
  [/\bmessage:\s*(?:["'`])/, "words a message: call a factory of errors/factories"],
  [/\bfix:\s*\{\s*text:\s*["'`]/, "words a fix: call a factory of errors/factories"],
];

const problems = [];
for (const file of walk(source)) {
  const name = relative(source, file);
  if (exempt.test(name) || (folders.length > 0 && !folders.some((folder) => name.startsWith(folder)))) continue;
  const text = readFileSync(file, "utf8");
  for (const [pattern, what] of patterns)
    for (const match of text.matchAll(new RegExp(pattern, "g"))) {
      const line = text.slice(0, match.index).split("\n").length;
      problems.push(`packages/tenon/src/${name}:${line}: ${what}`);
    }
}
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? "wording: all in errors/" : `wording: ${problems.length} failures are worded elsewhere`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

/**
 * @param {string} folder
 * @returns {Generator<string>}
 */
function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.name.endsWith(".ts")) yield path;
  }
}
