#!/usr/bin/env node
/**
 * Checks that the wording of failures lives in packages/tenon/src/errors and nowhere else: no error or finding is made
 * from text outside of it, and no two factories word the same message with the same code. `node scripts/check-wording.mjs [folder …]` looks at the given folders of src only.
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
  [/\berrors\[/, "makes an error: call a factory of errors/factories"],
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
if (folders.length === 0) problems.push(...repeated());
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? "wording: all in errors/" : `wording: ${problems.length} failures are worded elsewhere`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Finds the wordings that two places make: one of them should call the other. */
function repeated() {
  /** @type {Map<string, string>} */
  const known = new Map();
  /** @type {string[]} */
  const found = [];
  const made = /\b(?:errors\.(TENON_\w+)\(|finding\(\s*"(TENON_\w+)",)\s*/g;
  for (const path of walk(join(source, "errors", "factories"))) {
    if (path.endsWith(".test.ts")) continue;
    const text = readFileSync(path, "utf8");
    for (const { 0: call, 1: error, 2: finding, index } of text.matchAll(made)) {
      const message = /^\{[^"'`]*?\bmessage:\s*/.exec(text.slice(index + call.length))?.[0] ?? "";
      const wording = literalAt(text, index + call.length + message.length);
      // What is nothing but values and punctuation is worded where it is passed.
      if (wording === undefined || !/\p{L}{2}/u.test(wording)) continue;
      const at = `packages/tenon/src/${relative(source, path)}:${text.slice(0, index).split("\n").length}`;
      const key = `${error ?? finding} ${wording}`;
      const other = known.get(key);
      if (other === undefined) known.set(key, at);
      else found.push(`${at}: words the same as ${other}: ${key}`);
    }
  }
  return found;
}

/**
 * The fixed text of a string or template that is the whole value at an index; `…` stands for each expression.
 *
 * @param {string} text
 * @param {number} begin
 */
function literalAt(text, begin) {
  const quote = text[begin];
  if (quote !== '"' && quote !== "'" && quote !== "`") return undefined;
  let fixed = "";
  let depth = 0;
  for (let index = begin + 1; index < text.length; index++) {
    const isExpression = quote === "`" && depth === 0 && text.startsWith("${", index);
    if (isExpression) fixed += "…";
    if (isExpression || (depth > 0 && text[index] === "{")) depth++;
    if (isExpression) index++;
    else if (depth > 0 && text[index] === "}") depth--;
    else if (depth === 0 && text[index] === quote) return /^\s*[,)}]/.test(text.slice(index + 1)) ? fixed : undefined;
    else if (depth === 0) fixed += text[index];
  }
  return undefined;
}

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
