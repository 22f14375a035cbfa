#!/usr/bin/env node
/**
 * `node packages/go-matrix/src/compare.mjs [--quick]`: Tenon's verdict against the truth that matrix.mjs found, per outcome and per text.
 * Without a sysroot the verdict may be `unknown` more often, but it must never contradict. Exits with 1 when anything differs.
 */
import { judgeBaselines, percent, printBaselines } from "./baselines.mjs";
import { readOptions } from "./options.mjs";
import { readTruth } from "./truth.mjs";
import { judge } from "./verdicts.mjs";

const options = readOptions();
const records = readTruth(options);
let failed = false;
for (const sysroot of ["/", undefined]) await compare(sysroot);
printBaselines(judgeBaselines(records));
process.exitCode = failed ? 1 : 0;

async function compare(sysroot) {
  const bySet = {};
  const shown = [];
  for (const record of records) {
    const tally = await judge(record, sysroot);
    const sum = (bySet[record.set] ??= { checked: 0, agreed: 0, unknown: 0, texts: 0, sameText: 0, milliseconds: 0 });
    for (const field of Object.keys(sum)) sum[field] += tally[field];
    for (const disagreement of tally.disagreements) shown.push(describe(record, disagreement));
    if (sysroot !== undefined && tally.unknownAt !== undefined && options.verbose)
      shown.push(
        `unknown: ${record.hostFile} ${record.results.map(({ plugin }) => plugin).join(" ")} at ${tally.unknownAt}`,
      );
  }
  console.log(sysroot === undefined ? "without a sysroot:" : `with sysroot ${sysroot}:`);
  for (const [set, { checked, agreed, unknown, texts, sameText, milliseconds }] of Object.entries(bySet)) {
    const certain = checked - unknown;
    console.log(
      `  ${set}: outcome ${agreed} of ${certain} (${percent(agreed, certain)}), text ${sameText} of ${texts} (${percent(sameText, texts)}), ${unknown} unknown, ${(milliseconds / 1000).toFixed(0)} s`,
    );
  }
  for (const line of shown) console.log(line);
  failed ||= shown.some((line) => !line.startsWith("unknown"));
}

function describe(record, { at, kind, real, verdict }) {
  const lines = [
    `${kind} differs: ${record.set}, Go ${record.go}, host ${record.host}: ${record.results.map(({ name }) => name).join(", ")} at ${at}`,
    `  real:    ${real?.outcome} ${real?.error ?? real?.fatal ?? ""}`,
    `  verdict: ${verdict?.outcome} ${verdict?.error ?? ""}`,
    `  host:    ${record.hostFile}`,
    `  plugins: ${record.results.map(({ plugin }) => plugin).join(" ")}`,
  ];
  return lines.join("\n");
}
