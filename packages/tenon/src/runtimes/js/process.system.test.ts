import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const run = async (...parameters: string[]) => (await promisify(execFile)(process.execPath, parameters)).stdout;

test("closing frees a plugin: V8 collects the code and data of 200 instances", async () => {
  const cycles = 200;
  const result = JSON.parse(await run("--expose-gc", program("unload.mjs"), String(cycles)));
  // Two references to each instance; only the one that is still open is alive.
  expect(result).toMatchObject({ finalized: cycles, markers: 2 * (cycles + 1) });
  expect(result.aliveAfter).toBeLessThanOrEqual(2);
  expect(result.aliveAfter).toBeGreaterThan(0);
  // Each holds 80 kB: what leaked would show as 14 MB.
  expect(result.growth).toBeLessThan(2_000_000);
});

test("an unhandled rejection ends the plugin that caused it, and one of the host's stays with the host", async () => {
  const lines = (await run("--expose-gc", program("rejections.mjs"))).trim().split("\n");
  expect(lines).toEqual([
    "TENON_PLUGIN_CRASHED stray true",
    "host function",
    "uncaught the host's own 1",
    "a promise was rejected after the close: gone",
    "no listener",
  ]);
});

test("a breakpoint in the plugin's own file is hit", async () => {
  const result = JSON.parse(await run(program("breakpoint.mjs")));
  expect(result).toMatchObject({ answer: "Hello, Ada", paused: { function: "greet", line: result.expected } });
  expect(result.sources).toContain(result.file);
});
