import { missing, needs, patience, times } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import { fuzz } from "./testing/fuzz/run.mjs";
import { makeSeeds } from "./testing/fuzz/seeds.mjs";

const { test } = needs(missing.goPlugins());

const count = times(20_000);
/** Generous, as the machine may be busy with other tests. */
const longest = 5_000;

test("mutated files lead to a result or a TenonError", { timeout: patience(300_000) }, () => {
  const seeds = makeSeeds("few", (what) => console.warn(`not changed: ${what}`));
  const outcome = fuzz({ seeds, seed: 1, from: 0, to: count, largeOneIn: 100 });
  // One of each kind tells enough.
  const kinds = new Map(outcome.faults.map((fault) => [`${fault.reader}: ${fault.message}`, fault]));
  expect([...kinds.values()]).toEqual([]);
  expect(outcome.excessive).toEqual([]);
  expect(outcome.count).toBe(count);
  expect(outcome.slowest.value, JSON.stringify(outcome.slowest)).toBeLessThan(longest);
  // Readers that nothing reaches, or that nothing can shake, would prove nothing.
  const groups = new Set(seeds.map(({ group }) => group));
  for (const [reader, counts] of Object.entries(outcome.readers)) {
    if (!isReached(reader, groups)) continue;
    expect(counts.result, `${reader} is never reached`).toBeGreaterThan(20);
  }
  for (const format of ["elf", "wasm"]) expect(outcome.readers[format]?.TENON_BINARY_MALFORMED).toBeGreaterThan(100);
});

/** Without a tool to build its files, a format is left out. */
function isReached(reader: string, groups: ReadonlySet<string>): boolean {
  const format = reader.split(":", 1)[0] ?? reader;
  if (format === "mach-o") return groups.has("mach");
  if (format === "pe" || format === "go") return groups.has(format);
  return reader !== "fat mach-o" || groups.has("mach");
}
