import { expect, it } from "vitest";
import { blockedSides, serveBlocked } from "./blocked-sides.js";

it("the sides that wait for a function are known while it runs, and as long as it goes on", async () => {
  const side = {};
  expect(blockedSides()).toBeUndefined();
  serveBlocked(new Set([side]), false, () => expect(blockedSides()?.has(side)).toBe(true));
  expect(blockedSides()).toBeUndefined();
  const later = serveBlocked(new Set([side]), true, async () => {
    await Promise.resolve();
    return blockedSides()?.has(side);
  });
  expect(blockedSides()).toBeUndefined();
  expect(await later).toBe(true);
  expect(() =>
    serveBlocked(new Set([side]), false, () => {
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(blockedSides()).toBeUndefined();
});
