import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const host = fileURLToPath(new URL("./fixtures/host.mjs", import.meta.url));

/** Runs a host program to its end and returns what it printed. */
async function run(...parameters: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [host, ...parameters], { timeout: 20_000 });
}

describe.each([["0"], ["1"]])("a host program with an open plugin (pool of %s)", (pool) => {
  it.each([
    ["idle", ""],
    ["keep", ""],
    ["call", "3\n"],
    ["stream", "4950\n"],
    ["print", ""],
    ["close", pool === "0" ? "thread-ended\n" : "connection-closed\n"],
  ])("exits by itself once nothing is pending, and not before (%s)", async (what, printed) => {
    expect(await run(what, pool)).toEqual({ stdout: printed, stderr: "" });
  });
});
