/** Reads what matrix.mjs wrote. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The records of the sets that were tried (each `every`-th); ends the process when there are none. */
export function readTruth({ truth, sets, every = 1 }) {
  const files = sets.map((set) => join(truth, `${set}.jsonl`)).filter((file) => existsSync(file));
  if (files.length === 0) {
    console.error(`${truth} holds none of ${sets.join(", ")}: run matrix.mjs first`);
    process.exit(2);
  }
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n"));
  const wanted = lines.filter((line, at) => line !== "" && at % every === 0);
  return wanted.map((line) => JSON.parse(line));
}

/**
 * The results that a verdict can be held against: up to the first crash or hang, and none that only running code decides. A panic
 * in plugin.Open itself ends every host that does not recover, and leaves the others hanging at the next plugin: a crash.
 */
export function foreseeable({ results }) {
  const known = [];
  for (const result of results) {
    if (result.unforeseeable !== undefined || result.outcome === "not reached") break;
    known.push(result.outcome === "panic" ? { ...result, outcome: "crash", fatal: `panic: ${result.fatal}` } : result);
    if (["crash", "panic", "hang"].includes(result.outcome)) break;
  }
  return known;
}
