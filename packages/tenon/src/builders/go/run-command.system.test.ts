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

/** Whether a process runs. A zombie does not. */
async function isRunning(id: string): Promise<boolean> {
  const stat = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/^\d+ \(.*\) [ZX]/s.test(stat);
}

test("the command resolves with its output and any exit code", async () => {
  expect(await runCommand(request("echo out; echo err >&2; exit 3"))).toEqual({
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("an abort kills the whole process group, even if it ignores interrupts", async () => {
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

test("the error says whether a deadline or a cancellation stopped the command", async () => {
  const running = runCommand(request("sleep 600", AbortSignal.timeout(50)));
  await expect(running).rejects.toMatchObject({ message: expect.stringContaining("exceeded its deadline") });
});

test("processes that a command leaves running are killed", async () => {
  const { stdout } = await runCommand(request("sleep 600 >/dev/null 2>&1 & echo $!"));
  expect(stdout).toMatch(/^\d+\n$/);
  await expect.poll(() => isRunning(stdout.trim())).toBe(false);
});

test("lines of the standard error are passed on while the command runs", async () => {
  const lines: string[] = [];
  const { stderr } = await runCommand({ ...request("echo one >&2; echo two >&2"), onLine: (line) => lines.push(line) });
  expect(lines).toEqual(["one", "two"]);
  expect(stderr).toBe("one\ntwo\n");
});

test("a command that does not exist is an error with a code", async () => {
  await expect(runCommand({ ...request(""), file: "/nowhere/go" })).rejects.toMatchObject({
    code: "TENON_GO_BUILD_FAILED",
    subject: "/nowhere/go",
  });
});
