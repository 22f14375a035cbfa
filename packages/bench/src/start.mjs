import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** @import { Row } from "./types.js" */

const command = fileURLToPath(import.meta.resolve("tenon/package.json")).replace(/package\.json$/, "bin/tenon.js");

/** Tells on descriptor 3 how much processor time the process took, when it exits. */
const report = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => { const { user, system } = process.cpuUsage(); writeSync(3, String(user + system)); });',
)}`;

/**
 * Processor time of whole processes, from the start of Node to its exit: the smallest of the runs, which alternate.
 *
 * @param {unknown} _host
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function start(_host, scale) {
  const runs = Math.max(3, Math.round(31 * scale));
  const module = ["--input-type=module", "--eval"];
  return [
    compareProcesses(
      '`import "tenon"`',
      [...module, 'import "tenon"'],
      'import "fastify"',
      [...module, 'import "fastify"'],
      0.7,
      runs,
    ),
    compareProcesses("`tenon --version`", [command, "--version"], "empty node", [...module, ""], 1.5, runs),
    compareProcesses("`tenon --help`", [command, "--help"], "empty node", [...module, ""], undefined, runs),
  ];
}

/**
 * @param {string} title
 * @param {readonly string[]} ours
 * @param {string} peer
 * @param {readonly string[]} theirs
 * @param {number | undefined} limit
 * @param {number} runs
 * @returns {Row}
 */
function compareProcesses(title, ours, peer, theirs, limit, runs) {
  const smallest = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let run = 0; run < runs; run++)
    for (const index of run % 2 === 0 ? [0, 1] : [1, 0])
      smallest[index] = Math.min(smallest[index] ?? 0, processorTime(index === 0 ? ours : theirs));
  const [left = 0, right = 0] = smallest;
  const ratio = left / right;
  return {
    title,
    ours: left,
    theirs: right,
    peer,
    ratio,
    limit,
    atLeast: false,
    met: limit === undefined ? undefined : ratio <= limit,
  };
}

/**
 * @param {readonly string[]} words
 * @returns {number} nanoseconds
 */
function processorTime(words) {
  const { status, output, stderr } = spawnSync(process.execPath, ["--import", report, ...words], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`node ${words.join(" ")} failed:\n${stderr}`);
  return Number(output[3]) * 1000;
}
