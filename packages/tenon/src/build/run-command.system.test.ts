import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { errors } from "../errors/index.js";
import { type CommandOptions, runCommand } from "./run-command.js";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tenon-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const base: CommandOptions = { folder: "/", environment: { PATH: "/usr/bin:/bin" } };
const run = (script: string, options: Partial<CommandOptions> = {}) =>
  runCommand("sh", ["-c", script], { ...base, ...options });

/** Whether a process runs. A zombie does not. */
async function isRunning(id: string): Promise<boolean> {
  const stat = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/^\d+ \(.*\) [ZX]/s.test(stat);
}

/** A script that starts a child and a grandchild, writes their ids to a pipe, and waits forever. */
function family(pipe: string): string {
  return `trap '' INT
sh -c 'trap "" INT; sleep 600 & echo $! $$ > ${pipe}.1; wait; sleep 600' &
read -r ids < ${pipe}.1; echo $ids $! $$ > ${pipe}; wait; sleep 600`;
}

function pipes(): string {
  const pipe = join(temporaryFolder(), "pipe");
  execFileSync("mkfifo", [pipe, `${pipe}.1`]);
  return pipe;
}

const idsFrom = async (pipe: string) => (await readFile(pipe, "utf8")).trim().split(" ");
const allRunning = (ids: readonly string[]) => Promise.all(ids.map(isRunning));
const none = [false, false, false, false];

describe("a command", () => {
  test("resolves with its output and any exit code", async () => {
    expect(await run("echo out; echo err >&2; exit 3")).toEqual({
      code: 3,
      end: { kind: "exit", code: 3 },
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("gets the environment that it was given, and nothing else", async () => {
    const { stdout } = await run("env | sort", { environment: { PATH: "/usr/bin:/bin", A: "1" } });
    expect(stdout.split("\n").filter((line) => !/^(?:PWD|SHLVL|_|OLDPWD)=/.test(line))).toEqual([
      "A=1",
      "PATH=/usr/bin:/bin",
      "",
    ]);
  });

  test("reads what it is given, and nothing by default", async () => {
    expect((await run("cat", { input: "to read" })).stdout).toBe("to read");
    expect((await run("cat")).stdout).toBe("");
    // It does not read it, and there is more than a pipe holds.
    expect((await run("exit 0", { input: new Uint8Array(2 ** 20) })).code).toBe(0);
  });

  test("passes on its lines while it runs, those of a progress bar as well", async () => {
    const lines: string[] = [];
    const { stderr } = await run("echo one >&2; printf 'two\\rthree' >&2; echo four", {
      errorOutput: (line) => lines.push(line),
    });
    expect(lines).toEqual(["one", "two", "three"]);
    expect(stderr).toBe("one\ntwo\rthree");
  });

  test("ends if what reads its lines throws", async () => {
    const output = () => {
      throw errors.TENON_SOURCE_INVALID({ message: "a line" });
    };
    await expect(run("echo one; sleep 600", { output })).rejects.toMatchObject({ code: "TENON_SOURCE_INVALID" });
  });

  test("that crashes says with which signal", async () => {
    expect(await run("kill -SEGV $$")).toMatchObject({ code: undefined, end: { kind: "signal", signal: "SIGSEGV" } });
  });
});

describe("a command cannot be started, and the reason says why:", () => {
  const unstarted = (reason: string) => ({
    code: undefined,
    end: { kind: "unstarted", reason: expect.stringContaining(reason) },
  });

  test("one that no folder of PATH has", async () => {
    expect(await runCommand("no-such-compiler", [], base)).toMatchObject(unstarted("none of the folders of PATH"));
  });

  test("a path where there is no file, a folder, or a file that may not be executed", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "cc"), "#!/bin/sh\n", { mode: 0o600 });
    for (const [path, reason] of [
      ["/nowhere/cc", "no such file"],
      [folder, "is a folder"],
      [join(folder, "cc"), "not executable"],
    ] as const)
      expect(await runCommand(path, [], base)).toMatchObject(unstarted(reason));
    chmodSync(join(folder, "cc"), 0o700);
    expect(await runCommand("./cc", [], { ...base, folder })).toMatchObject({ code: 0 });
  });

  test("one whose folder does not exist", async () => {
    expect(await run("exit 0", { folder: "/nowhere" })).not.toMatchObject({ code: 0 });
  });
});

describe("the whole process group ends", () => {
  test("if the signal is aborted, although its processes ignore interrupts", async () => {
    for (const grace of [0, 50]) {
      const pipe = pipes();
      const controller = new AbortController();
      const running = run(family(pipe), { signal: controller.signal, grace });
      const ids = await idsFrom(pipe);
      expect(await allRunning(ids)).toEqual([true, true, true, true]);
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE" });
      await expect.poll(() => allRunning(ids)).toEqual(none);
    }
  });

  test("with the signal's reason if that is a coded error", async () => {
    const signal = AbortSignal.abort(errors.TENON_PLUGIN_CLOSED({ message: "closed" }));
    await expect(run("exit 0", { signal })).rejects.toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
  });

  test("if the command exits and leaves processes behind", async () => {
    const { stdout } = await run("sleep 600 >/dev/null 2>&1 & echo $!; sleep 600 & echo $!");
    for (const id of stdout.trim().split("\n")) await expect.poll(() => isRunning(id)).toBe(false);
  });

  test.each(["yes", "yes >&2"])("if it floods its output: %s", async (script) => {
    const result = await run(`sleep 600 & echo $!; exec ${script}`, { most: 2 ** 20 });
    expect(result).toMatchObject({ code: undefined, end: { kind: "flood", most: 2 ** 20 } });
    expect(result.stdout.length + result.stderr.length).toBeLessThanOrEqual(2 ** 21);
    await expect.poll(() => isRunning(result.stdout.split("\n", 1)[0] ?? "")).toBe(false);
  });

  test("if the lines that it passes on become too much", async () => {
    let lines = 0;
    const result = await run("exec yes", { most: 2 ** 20, output: () => void lines++ });
    expect(result).toMatchObject({ end: { kind: "flood" }, stdout: "" });
    expect(lines).toBeGreaterThan(1000);
  });

  test.each(["SIGKILL", "exit", "throw"])("if the host ends: %s, and its work folder is gone", async (how) => {
    const pipe = pipes();
    const temporary = temporaryFolder();
    const index = new URL("../../dist/build/index.js", import.meta.url).href;
    const program = `
import { inWorkFolder, runCommand, temporaryIn } from ${JSON.stringify(index)};
process.stdin.once("data", (text) => {
  if (String(text) === "exit") process.exit(0);
  throw new Error("ended by a test");
});
await inWorkFolder("tenon-test-", async (folder) => {
  const environment = { PATH: "/usr/bin:/bin", ...temporaryIn(folder) };
  await runCommand("sh", ["-c", 'echo > "$TMPDIR/file"; ' + process.argv[1]], { folder, environment });
});`;
    const host = spawn(process.execPath, ["--input-type=module", "-e", program, family(pipe)], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ["pipe", "inherit", "ignore"],
    }) as ChildProcess;
    const ids = await idsFrom(pipe);
    expect(await allRunning(ids)).toEqual([true, true, true, true]);
    expect(readdirSync(temporary)).toHaveLength(1);
    const exited = once(host, "exit");
    if (how === "SIGKILL") host.kill(how);
    else host.stdin?.write(how);
    await exited;
    await expect.poll(() => allRunning(ids)).toEqual(none);
    await expect.poll(() => readdirSync(temporary)).toEqual([]);
    expect(existsSync(temporary)).toBe(true);
  });
});
