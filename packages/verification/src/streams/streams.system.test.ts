import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { missing, needs, times } from "@tenon/fixtures/tests";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("main.mjs", import.meta.url));

// A process of its own: what it measures is its heap.
async function pass(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    ...["--mebibytes", "16", "--items", "20000"],
    ...words,
  ]);
  return stdout;
}

describe("what a stream occupies does not grow with what has passed, in any place, in either direction", () => {
  test("JavaScript", { timeout: 300_000 }, async () => {
    expect(await pass("javascript")).toContain("bounded in every place");
  });
  // A place passes the streams of every plugin in the same way; the full campaign tries C in each.
  needs(missing.c()).test("C", { timeout: 300_000 }, async () => {
    expect(await pass("c", ...(times(1) > 1 ? [] : ["process"]))).toContain("bounded in every place");
  });
});
