import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "./run-command.js";

const request = (script: string, signal = new AbortController().signal) => ({
  file: "/bin/sh",
  words: ["-c", script],
  folder: "/",
  environment: { PATH: "/usr/bin:/bin" },
  signal,
});

/** Whether a process runs; one that has ended and was not buried yet does not. */
async function isRunning(id: string): Promise<boolean> {
  const stat = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/^\d+ \(.*\) [ZX]/s.test(stat);
}

test("code and output are given whatever the code is", async () => {
  expect(await runCommand(request("echo out; echo err >&2; exit 3"))).toEqual({
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("an abort ends the whole process group, however stubborn", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tenon-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const controller = new AbortController();
  const script = `trap '' INT; sleep 600 & echo $! $$ > ${pipe}; wait; sleep 600`;
  const running = runCommand(request(script, controller.signal));
  const ids = (await readFile(pipe, "utf8")).trim().split(" ");
  expect(await Promise.all(ids.map(isRunning))).toEqual([true, true]);
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: "TENON_GO_BUILD_STOPPED" });
  await expect.poll(() => Promise.all(ids.map(isRunning))).toEqual([false, false]);
});

test("a deadline is told from a cancellation", async () => {
  const running = runCommand(request("sleep 600", AbortSignal.timeout(50)));
  await expect(running).rejects.toMatchObject({ message: expect.stringContaining("longer than it may") });
});

test("what a command leaves behind goes with it", async () => {
  const { stdout } = await runCommand(request("sleep 600 >/dev/null 2>&1 & echo $!"));
  expect(stdout).toMatch(/^\d+\n$/);
  await expect.poll(() => isRunning(stdout.trim())).toBe(false);
});

test("a command that does not exist is an error with a code", async () => {
  await expect(runCommand({ ...request(""), file: "/nowhere/go" })).rejects.toMatchObject({
    code: "TENON_GO_BUILD_FAILED",
    subject: "/nowhere/go",
  });
});
