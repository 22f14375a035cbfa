/** Reads what matrix.mjs wrote. */
import { existsSync, readFileSync } from "node:fs";

/** The records of a truth file; ends the process when there is none. */
export function readTruth(file) {
  if (!existsSync(file)) {
    console.error(`${file} is missing: run matrix.mjs first`);
    process.exit(2);
  }
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** The results that a verdict can be held against: up to the first crash or hang, and none that only running code decides. */
export function foreseeable(record) {
  const end = record.results.findIndex(
    ({ outcome, unforeseeable }) => outcome === "not reached" || unforeseeable !== undefined,
  );
  return end < 0 ? record.results : record.results.slice(0, end);
}
