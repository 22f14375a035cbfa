#!/usr/bin/env node
/**
 * `npm run verify [-- PART …] [--again] [--list]`: the full campaign, part by part. A part that already ran to its end on
 * this commit is left out, so that an interrupted campaign goes on where it stopped; `--again` runs it anyway. Writes
 * docs/verification.md after each part.
 */
import { spawn, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { page } from "./page.js";
import { type Part, parts } from "./parts.js";
import { type Result, readResult, writeResult } from "./result.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { again: { type: "boolean", default: false }, list: { type: "boolean", default: false } },
});

const unknown = positionals.find((name) => !parts.some(({ id }) => id === name));
if (unknown !== undefined || values.list) {
  const names = parts.map(({ id, title }) => `  ${id.padEnd(16)} ${title}`).join("\n");
  console.log(`${unknown === undefined ? "" : `There is no part "${unknown}".\n`}Parts:\n${names}`);
  process.exit(unknown === undefined ? 0 : 2);
}

const commit = currentCommit();
let failed = 0;
for (const part of parts.filter(({ id }) => positionals.length === 0 || positionals.includes(id))) {
  const known = await readResult(part.id);
  if (!values.again && known?.commit === commit && known.status === 0 && !commit.endsWith("+")) {
    console.log(`== ${part.title}: done on ${commit}`);
    continue;
  }
  console.log(`\n== ${part.title}\n$ ${part.command}`);
  const result = await run(part);
  if (result.status !== 0) failed++;
  await writeResult(result);
  await writePage();
}
await writePage();
console.log(failed === 0 ? "\nverify: every part passed" : `\nverify: ${failed} parts failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function run(part: Part): Promise<Result> {
  const began = performance.now();
  const date = new Date().toISOString();
  let output = "";
  const child = spawn(part.command, { cwd: root, shell: true, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      process.stdout.write(text);
    });
  const status = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  const plain = output.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "");
  return {
    id: part.id,
    date,
    commit,
    node: `Node ${process.versions.node}`,
    seconds: Math.round((performance.now() - began) / 1000),
    status,
    lines: plain
      .split("\n")
      .map((line) => line.trimEnd())
      .filter((line) => part.keep(line)),
  };
}

async function writePage(): Promise<void> {
  const entries = await Promise.all(parts.map(async (part) => ({ part, result: await readResult(part.id) })));
  await writeFile(fileURLToPath(new URL("../../../docs/verification.md", import.meta.url)), page(entries));
}

function currentCommit(): string {
  const git = (...words: string[]): string => spawnSync("git", words, { cwd: root, encoding: "utf8" }).stdout.trim();
  // What the campaign writes does not make its own commit another one.
  const changed = git("status", "--porcelain", "--", ".", ":!docs", ":!packages/verification/results");
  return `${git("rev-parse", "--short", "HEAD")}${changed === "" ? "" : "+"}`;
}
