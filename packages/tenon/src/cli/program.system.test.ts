import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kitchen, main, pluginsFolder, runCli, startCli } from "./fixtures/start-cli.mjs";

test.each([
  ["fits", "kitchen.js", 0],
  ["does not fit", "unfinished.js", 1],
  ["does not exist", "missing.js", 2],
  ["has no contract", "bare.js", 3],
])("the process exits with the code of its command: a plugin that %s", async (_what, name, code) => {
  expect(await runCli(["check", join(pluginsFolder, name)])).toMatchObject({ code, signal: null });
});

test("the environment can ask for colour in a pipe", async () => {
  const { stdout } = await runCli(["check", kitchen], { environment: { FORCE_COLOR: "1" } });
  expect(stdout).toContain("\x1b[");
});

test("a reader that closes the pipe is not a failure", async () => {
  const cli = startCli(["run", kitchen, "count", "4000000000"]);
  await cli.until(({ stdout }) => stdout.length > 100);
  cli.child.stdout?.destroy();
  const [code] = await once(cli.child, "exit");
  expect(code).toBe(0);
  expect(cli.stderr).not.toContain("error");
});

test.each(["worker", "process", "inline"])("Ctrl-C closes the %s plugin and exits with 130", async (place) => {
  const cli = startCli(["run", kitchen, "hangs", "--place", place]);
  await cli.until(({ stderr }) => stderr.includes("hanging"));
  cli.child.kill("SIGINT");
  const { code, stderr } = await cli.ended;
  expect(code).toBe(130);
  expect(stderr).toContain("[kitchen] closed");
  expect(stderr).not.toContain("error");
});

test.each(["worker", "process"])("Ctrl-C stops a %s plugin in an infinite loop", async (place) => {
  const cli = startCli(["run", kitchen, "loops", "--place", place]);
  await cli.until(({ stderr }) => stderr.includes("looping"));
  cli.child.kill("SIGINT");
  expect((await cli.ended).code).toBe(130);
});

test("output that cannot be written is a failure", async () => {
  const device = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [main, "check", kitchen], { stdio: ["ignore", device, "pipe"] });
  closeSync(device);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(stderr).toContain("cannot write the output");
});
