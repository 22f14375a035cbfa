import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { missing } from "@tenon/fixtures";
import { needs, times } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";

const program = fileURLToPath(new URL("fixtures/resting-crowd.mjs", import.meta.url));
/** 100 and 10,000 in the full campaign, or with TENON_TEST_EFFORT=2. */
const [crowd, calls] = [Math.min(100, times(50)), Math.min(10_000, times(5_000))];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-crowd-"));
});
afterAll(() => rm(folder, { recursive: true }));

needs(missing.linux()).test.each(["worker", "process"] as const)(
  `${crowd} plugins in a %s take no thread and no process until they are called, and none after ${calls} calls and idleness`,
  { timeout: 300_000 },
  async (place) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      folder,
      place,
      String(crowd),
      String(calls),
    ]);
    const { before, configured, most, after, again, right } = JSON.parse(stdout);
    expect(configured).toEqual(before);
    expect(place === "worker" ? most.threads : most.processes).toBeGreaterThan(
      place === "worker" ? before.threads : before.processes,
    );
    expect(after).toEqual(before);
    expect(again).toEqual(before);
    // Each plugin has counted every call of it, once, over all its instances.
    expect(right).toBe(crowd);
  },
);
