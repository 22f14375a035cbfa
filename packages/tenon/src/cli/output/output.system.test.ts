import { expect, test } from "vitest";
import { runCli } from "../fixtures/in-process.mjs";
import { kitchen } from "../fixtures/start-cli.mjs";

test("stack traces are shown only with --verbose or DEBUG", async () => {
  const hostStack = /^ +at .*(?:src|dist)[\\/]host[\\/]/m;
  const words = ["run", kitchen, "throws", "--place", "inline"];
  expect((await runCli(words)).stderr).not.toMatch(hostStack);
  expect((await runCli([...words, "--verbose"])).stderr).toMatch(hostStack);
  expect((await runCli(words, { environment: { DEBUG: "1" } })).stderr).toMatch(hostStack);
});

test("only a terminal gets colour, unless the user asks for it", async () => {
  const isColoured = async (isTerminal: boolean, environment: Record<string, string>, ...more: string[]) =>
    (await runCli(["check", kitchen, ...more], { environment, isTerminal })).stdout.includes("\x1b[");
  expect(await isColoured(false, {})).toBe(false);
  expect(await isColoured(true, {})).toBe(true);
  expect(await isColoured(false, { FORCE_COLOR: "1" })).toBe(true);
  expect(await isColoured(true, { NO_COLOR: "1" })).toBe(false);
  expect(await isColoured(false, { FORCE_COLOR: "1" }, "--no-color")).toBe(false);
  expect(await isColoured(false, { FORCE_COLOR: "1" }, "--json")).toBe(false);
});
