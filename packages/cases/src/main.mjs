#!/usr/bin/env node
/**
 * `npm run cases [-- FILTER …] [--json]`: situations in which plugin systems fail, from public reports and from fault
 * campaigns. Each `*.case.mjs` is a program of its own, because some of them end or exhaust their host. It sets up the
 * situation, prints what it saw (see case.mjs), and exits with 0 if that was right.
 *
 * A first line `// node: --expose-gc` gives options to Node; `// seconds: 300` is a longer limit than two minutes.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const folder = dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false } },
});

const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".case.mjs"))
  .filter((file) => positionals.length === 0 || positionals.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`no case matches ${positionals.join(", ")}`);
  process.exit(2);
}

/** @type {{ name: string, outcome: "holds" | "fails" | "skipped", seconds: number, lines: string[] }[]} */
const results = [];
for (const file of files) {
  const result = await run(file);
  results.push(result);
  if (!values.json) print(result);
}
const count = (/** @type {string} */ outcome) => results.filter((result) => result.outcome === outcome).length;
if (values.json) console.log(JSON.stringify(results, null, 2));
else console.log(`cases: ${count("holds")} hold, ${count("fails")} fail, ${count("skipped")} skipped`);
process.exitCode = count("fails") === 0 ? 0 : 1;

/** @param {string} file */
async function run(file) {
  const path = join(folder, file);
  const head = readFileSync(path, "utf8").split("\n", 3).join("\n");
  const options = /^\/\/ node: (.+)$/m.exec(head)?.[1]?.split(" ") ?? [];
  const seconds = Number(/^\/\/ seconds: (\d+)$/m.exec(head)?.[1] ?? 120);
  const began = performance.now();
  const child = spawn(process.execPath, [...options, path], {
    cwd: dirname(path),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      if (output.length < 1_000_000) output += text;
    });
  const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
  /** @type {[number | null, string | null]} */
  const [code, signal] = await new Promise((resolve) => child.on("close", (...end) => resolve(end)));
  clearTimeout(timer);
  const lines = output.trimEnd().split("\n");
  const skipped = code === 77;
  const ended = signal === "SIGKILL" ? [`ended after ${seconds} s`] : signal !== null ? [`ended by ${signal}`] : [];
  return {
    name: relative(folder, path).replace(/\.case\.mjs$/, ""),
    outcome: /** @type {"holds" | "fails" | "skipped"} */ (code === 0 ? "holds" : skipped ? "skipped" : "fails"),
    seconds: Math.round((performance.now() - began) / 100) / 10,
    lines: [...lines, ...ended].filter((line) => line !== ""),
  };
}

/** @param {(typeof results)[number]} result */
function print({ name, outcome, seconds, lines }) {
  const sign = { holds: "ok  ", fails: "FAIL", skipped: "skip" }[outcome];
  console.log(`${sign} ${name} (${seconds} s)`);
  for (const line of lines.slice(0, outcome === "fails" ? 40 : 12)) console.log(`       ${line}`);
}
