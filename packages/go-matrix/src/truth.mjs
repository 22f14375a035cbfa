/** Reads the results that matrix.mjs recorded. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @import { Options, ProcessRecord, RecordedResult } from "./types.js" */

/**
 * Returns the records of the chosen sets (every `every`-th); exits if there are none.
 *
 * @param {Options} options
 * @returns {ProcessRecord[]}
 */
export function readTruth({ truth, sets, every = 1 }) {
  const files = sets.map((set) => join(truth, `${set}.jsonl`)).filter((file) => existsSync(file));
  if (files.length === 0) {
    console.error(`${truth} has no results for ${sets.join(", ")}: run matrix.mjs first`);
    process.exit(2);
  }
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n"));
  const wanted = lines.filter((line, at) => line !== "" && at % every === 0);
  return wanted.map((line) => JSON.parse(line));
}

/**
 * Returns the results that a prediction can be compared with: those up to the first crash or hang, without those that depend on
 * running the plugin's code. A panic in plugin.Open itself counts as a crash: it ends every host that does not recover, and makes
 * the others hang at the next plugin.
 *
 * @param {ProcessRecord} record
 */
export function foreseeable({ results }) {
  /** @type {RecordedResult[]} */
  const known = [];
  for (const result of results) {
    if (result.unforeseeable !== undefined || result.outcome === "not reached") break;
    known.push(result.outcome === "panic" ? { ...result, outcome: "crash", fatal: `panic: ${result.fatal}` } : result);
    if (["crash", "panic", "hang"].includes(result.outcome)) break;
  }
  return known;
}
