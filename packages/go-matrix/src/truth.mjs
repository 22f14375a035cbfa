/** Reads what matrix.mjs wrote. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The records of the sets that were tried; ends the process when there are none. */
export function readTruth({ truth, sets }) {
  const files = sets.map((set) => join(truth, `${set}.jsonl`)).filter((file) => existsSync(file));
  if (files.length === 0) {
    console.error(`${truth} holds none of ${sets.join(", ")}: run matrix.mjs first`);
    process.exit(2);
  }
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n"));
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** The results that a verdict can be held against: up to the first crash or hang, and none that only running code decides. */
export function foreseeable(record) {
  const end = record.results.findIndex(
    ({ outcome, unforeseeable }) => outcome === "not reached" || unforeseeable !== undefined,
  );
  return end < 0 ? record.results : record.results.slice(0, end);
}
