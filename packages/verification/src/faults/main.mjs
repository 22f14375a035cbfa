#!/usr/bin/env node
/**
 * `node packages/verification/src/faults/main.mjs [--kills N] [--swaps N] [WORD …]`: kills plugins' processes and hosts, and
 * swaps plugins under load, and counts what became of every call. Words choose rows. Exits with 1 if a call was lost, ran
 * twice, or ran and was rejected.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { killHosts, killPlugins } from "./kills.mjs";
import { swapUnderLoad } from "./swaps.mjs";

/** @typedef {import("./outcome.mjs").Outcome} Outcome */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: "string", default: "200" }, swaps: { type: "string", default: "300" } },
});
const kills = Number(values.kills);
const swaps = Number(values.swaps);
const folder = mkdtempSync(join(tmpdir(), "tenon-faults-"));

/** @type {Record<string, () => Promise<Outcome>>} */
const campaigns = {
  "kill-host": () => killHosts(kills, folder),
  "kill-plugin": () => killPlugins(kills, folder),
  "swap-inline": () => swapUnderLoad("inline", swaps),
  "swap-worker": () => swapUnderLoad("worker", swaps),
  "swap-worker-pool": () => swapUnderLoad("worker-pool", swaps),
  "swap-process": () => swapUnderLoad("process", swaps),
};

const sums = { lost: 0, doubled: 0, rejected: 0 };
console.log("| campaign | times | calls | lost | doubled | run and rejected | |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
try {
  for (const [name, campaign] of Object.entries(campaigns)) {
    if (positionals.length > 0 && !positionals.some((word) => name.includes(word))) continue;
    const { what, times, calls, lost, doubled, rejected, note } = await campaign();
    console.log(`| ${what} | ${times} | ${calls} | ${lost} | ${doubled} | ${rejected} | ${note} |`);
    sums.lost += lost;
    sums.doubled += doubled;
    sums.rejected += rejected;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`faults: ${sums.lost} lost, ${sums.doubled} doubled, ${sums.rejected} run and rejected`);
process.exitCode = sums.lost + sums.doubled + sums.rejected === 0 ? 0 : 1;
