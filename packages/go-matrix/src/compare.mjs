#!/usr/bin/env node
/**
 * `node packages/go-matrix/src/compare.mjs [--quick]` compares Tenon's predictions with the truth that matrix.mjs recorded, by outcome
 * and by text. Without a sysroot, more predictions may be `unknown`, but none may be wrong. Exits with 1 if anything differs.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { judgeBaselines, percent, printBaselines } from "./baselines.mjs";
import { readOptions } from "./options.mjs";
import { readTruth } from "./truth.mjs";

/** @import { Counts, Disagreement, ProcessRecord, WorkerResult, WorkerTask } from "./types.js" */

const options = readOptions();
const records = readTruth(options);
let failed = false;
for (const sysroot of ["/", undefined]) await compare(sysroot);
printBaselines(judgeBaselines(records));
process.exitCode = failed ? 1 : 0;

/** @param {string | undefined} sysroot */
async function compare(sysroot) {
  /** @type {Record<string, Counts>} */
  const bySet = {};
  /** @type {Map<string, string[]>} */
  const differing = new Map();
  /** @type {Map<string, string[]>} */
  const unknown = new Map();
  const threads = Math.min(4, availableParallelism());
  const started = Date.now();
  /** @param {WorkerResult} result */
  const take = ({ index, tally }) => {
    const record = /** @type {ProcessRecord} */ (records[index]);
    const sum = (bySet[record.set] ??= { checked: 0, agreed: 0, unknown: 0, texts: 0, sameText: 0 });
    for (const field of /** @type {(keyof Counts)[]} */ (Object.keys(sum))) sum[field] += tally[field];
    for (const disagreement of tally.disagreements) collect(differing, describe(record, disagreement));
    if (tally.unknownAt !== undefined) {
      const real = record.results[tally.unknownAt]?.outcome;
      collect(unknown, { kind: `${real} in host ${record.host}, Go ${record.go}`, example: filesOf(record) });
    }
  };
  await Promise.all(
    Array.from({ length: threads }, (_, first) => work({ options, sysroot, first, step: threads }, take)),
  );
  console.log(`${sysroot === undefined ? "without a sysroot" : `with sysroot ${sysroot}`}, ${seconds(started)} s:`);
  for (const [set, sum] of Object.entries(bySet)) {
    const certain = sum.checked - sum.unknown;
    const outcome = `outcome ${sum.agreed} of ${certain} (${percent(sum.agreed, certain)})`;
    const text = `text ${sum.sameText} of ${sum.texts} (${percent(sum.sameText, sum.texts)})`;
    console.log(`  ${set}: ${outcome}, ${text}, ${sum.unknown} unknown`);
  }
  for (const [kind, examples] of differing) show(kind, examples);
  if (options.verbose) for (const [kind, examples] of unknown) show(`unknown, actually ${kind}`, examples);
  failed ||= differing.size > 0;
}

/**
 * @param {WorkerTask} workerData
 * @param {(result: WorkerResult) => void} take
 * @returns {Promise<number>}
 */
function work(workerData, take) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("verdict-worker.mjs", import.meta.url), { workerData });
    worker.on("message", take).on("error", reject).on("exit", resolve);
  });
}

/** @param {number} started */
function seconds(started) {
  return ((Date.now() - started) / 1000).toFixed(0);
}

/**
 * Groups disagreements by kind, since many have the same reason.
 *
 * @param {Map<string, string[]>} groups
 * @param {{ kind: string; example: string }} entry
 */
function collect(groups, { kind, example }) {
  groups.set(kind, [...(groups.get(kind) ?? []), example]);
}

/**
 * @param {string} kind
 * @param {readonly string[]} examples
 */
function show(kind, examples) {
  console.log(`${examples.length} × ${kind}`);
  const shown = options.verbose ? examples : examples.slice(0, 3);
  for (const example of shown) console.log(`    ${example}`);
  if (shown.length < examples.length) console.log("    …");
}

/**
 * @param {ProcessRecord} record
 * @param {Disagreement} disagreement
 */
function describe(record, { at, kind, real, verdict }) {
  const said = `${verdict?.outcome} ${generalised(verdict?.error ?? "")}`;
  const happened = `${real?.outcome} ${generalised(real?.error ?? real?.fatal ?? "")}`;
  return {
    kind: `${kind} differs:\n  actual:     ${happened}\n  prediction: ${said}`,
    example: `${filesOf(record)} at ${at}`,
  };
}

/** @param {ProcessRecord} record */
function filesOf({ hostFile, results }) {
  return [hostFile, ...results.map(({ plugin }) => plugin)].join(" ");
}

/**
 * Removes the paths, addresses and packages in which cases of the same kind differ.
 *
 * @param {string} text
 */
function generalised(text) {
  return text
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\/[^\s:]*\//g, "…/")
    .replace(/0x[0-9a-f]+/g, "0x…");
}
