import { expect, test } from "vitest";
import { fuzz } from "./testing/fuzz/run.mjs";
import { hostileFiles } from "./testing/hostile-files.mjs";

/** Generous, as the machine may be busy with other tests; without limits these take minutes, or all memory. */
const longest = 4_000;

test.each(Object.entries(hostileFiles))("%s: read or refused, soon and in little memory", (name, make) => {
  const seed = { name, group: "hostile", bytes: make(), hot: [] };
  const outcome = fuzz({ seeds: [seed], seed: 0, from: 0, to: 1, unchanged: true });
  expect(outcome.faults).toEqual([]);
  expect(outcome.slowest.value).toBeLessThan(longest);
  expect(outcome.excessive).toEqual([]);
});
