/**
 * Runs the conformance suite for every runtime in every place, prints the table, and writes it to docs/conformance.md.
 * With arguments, it runs only the targets and cases whose names contain these words, and does not write the page:
 * `npm run conformance -- process swap`.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { TestReport } from "@tenon/fixtures";
import { conformanceCases, openSuite, type Result, type Target } from "tenon/testing";
import { markdown, type Outcome, plainText } from "./table.js";
import { targets as javascript } from "./targets.js";
import { writeWitFiles } from "./wit-file.js";

const words = process.argv.slice(2);
const nameOf = (target: Target) => `${target.runtime} ${target.place}`;
const isJavaScript = words.some((word) => javascript.some(({ runtime }) => runtime.split(" ").includes(word)));
// The others build their plugins when they are imported.
const allTargets = isJavaScript ? javascript : (await import("./all-targets.js")).allTargets;
const inTargets = words.filter((word) => allTargets.some((target) => nameOf(target).split(" ").includes(word)));
const inCases = words.filter((word) => !inTargets.includes(word));
for (const word of inCases) {
  if (conformanceCases.some(({ id }) => id.includes(word))) continue;
  console.error(`conformance: no target or case has "${word}" in its name`);
  process.exit(2);
}

/** In CI, where other steps keep the machine busy, a case that fails has a second try, and is named. */
const tries = process.env.CI === undefined ? 1 : 2;
const retried: string[] = [];

await writeWitFiles();
const outcomes: Outcome[] = [];
const seconds: Record<string, number> = {};
for (const target of allTargets) {
  if (!inTargets.every((word) => nameOf(target).split(" ").includes(word))) continue;
  const began = performance.now();
  process.stderr.write(`${target.runtime} · ${target.place} `);
  const results = await resultsOf(target);
  process.stderr.write("\n");
  outcomes.push({ target, results });
  seconds[`conformance: ${target.runtime} · ${target.place}`] = (performance.now() - began) / 1000;
}

console.log(plainText(outcomes));
if (words.length === 0)
  await writeFile(fileURLToPath(new URL("../../../docs/conformance.md", import.meta.url)), markdown(outcomes));
const failed = outcomes.flatMap(({ results }) => results).filter(({ status }) => status === "failed").length;
const passed = outcomes.flatMap(({ results }) => results).filter(({ status }) => status === "passed").length;
if (retried.length > 0) console.log(`\nPassed only at the second try:\n  ${retried.join("\n  ")}`);
console.log(`\n${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
if (process.env.TENON_TEST_REPORT !== undefined) {
  // A case that a target does not offer is no skipped test: docs/conformance.md lists it with its reason.
  const failures = outcomes.flatMap(({ target, results }) =>
    results.flatMap((result) => (result.status === "failed" ? [describe(target, result)] : [])),
  );
  const report: TestReport = { passed, failed, skipped: 0, failures, retried, reasons: {}, files: seconds };
  await writeFile(process.env.TENON_TEST_REPORT, JSON.stringify(report));
}

async function resultsOf(target: Target): Promise<readonly Result[]> {
  const suite = openSuite(target);
  const results: Result[] = [];
  try {
    for (const item of conformanceCases) {
      if (!inCases.every((word) => item.id.includes(word))) continue;
      let result = await suite.run(item);
      for (let left = tries - 1; result.status === "failed" && left > 0; left--) {
        const first = describe(target, result);
        result = await suite.run(item);
        if (result.status === "passed") retried.push(first);
      }
      process.stderr.write({ passed: ".", failed: "✗", "not offered": "–" }[result.status]);
      results.push(result);
    }
  } finally {
    await suite.close();
  }
  return results;
}

function describe(target: Target, result: Result & { readonly status: "failed" }): string {
  const [why] = String(result.error).split("\n", 1);
  return `${nameOf(target)}: ${result.case.id}: ${why}`;
}
