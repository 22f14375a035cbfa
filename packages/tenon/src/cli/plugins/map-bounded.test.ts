import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { mapBounded } from "./map-bounded.js";

test("keeps the order of the items, and never exceeds the limit", async () => {
  let running = 0;
  let most = 0;
  const results = await mapBounded([30, 10, 20, 0, 5], 2, async (delay) => {
    most = Math.max(most, ++running);
    await setTimeout(delay);
    running--;
    return delay;
  });
  expect(results).toEqual([30, 10, 20, 0, 5]);
  expect(most).toBe(2);
});

test("rejects with the first failure", async () => {
  const failing = mapBounded([1, 2], 2, async (item) => {
    throw new Error(`item ${item}`);
  });
  await expect(failing).rejects.toThrow("item 1");
  expect(await mapBounded([], 4, async () => 1)).toEqual([]);
});
