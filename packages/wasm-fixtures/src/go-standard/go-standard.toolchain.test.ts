import { needs } from "@tenon/fixtures/tests";
import { expect, test } from "vitest";
import { unexpected } from "./packages.js";
import { goMissing, runGoTests } from "./run.js";

const missing = goMissing();

/** main.ts runs the others. */
needs(missing).describe("Go's own tests", () => {
  test.each([
    ["io/fs", 20],
    ["os", 1000],
  ])("of %s find the system as they expect it", { timeout: 600_000 }, async (name, atLeast) => {
    const { passed, failed, skipped } = await runGoTests(name);
    console.log(`${name}: ${passed.length} pass, ${failed.length} fail, ${skipped.length} skipped`);
    expect(unexpected(name, failed)).toEqual([]);
    expect(passed.length).toBeGreaterThan(atLeast);
  });
});
