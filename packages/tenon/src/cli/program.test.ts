import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { kitchen, main, runCli, runJson, startCli } from "./fixtures/start-cli.mjs";

const commands = [
  ["new"],
  ["check"],
  ["inspect"],
  ["run"],
  ["serve"],
  ["contract"],
  ["contract", "convert"],
  ["contract", "diff"],
  ["contract", "fingerprint"],
  ["list"],
  ["go"],
  ["go", "deps"],
  ["go", "build"],
  ["go", "doctor"],
  ["completion"],
];

test("the program's help names every command, the exit codes and examples", async () => {
  const { code, stdout, stderr } = await runCli(["--help"]);
  expect(code).toBe(0);
  expect(stderr).toBe("");
  for (const [name] of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
  expect(stdout).toContain("Exit codes:");
  expect(stdout).toContain("Examples:");
  expect(stdout).not.toContain("--inspect-address");
});

test.each(commands)("%s %s has help with examples", async (...words) => {
  const { code, stdout } = await runCli([...words.filter((word) => word !== undefined), "--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Examples:\n {2}\S*\btenon|source </);
  expect(stdout).toContain("--json");
});

test("the version is the package's", async () => {
  const { code, stdout } = await runCli(["--version"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each<[string, string[], string]>([
  ["no command", [], "a command is missing"],
  ["a group without a command", ["contract"], "tenon contract --help"],
  ["a misspelled command", ["chek"], "unknown command 'chek': did you mean check?"],
  ["a misspelled option", ["check", kitchen, "--contrct", "x"], "did you mean --contract?"],
  [
    "a misspelled place",
    ["check", kitchen, "--place", "wroker"],
    '--place: "wroker" is not offered; did you mean "worker"?; there are inline, worker, worker-pool, process',
  ],
  ["a missing argument", ["check"], "missing required argument 'PLUGIN'"],
  ["an argument too many", ["inspect", kitchen, "more"], "too many arguments"],
  [
    "a value of an option that is none",
    ["run", kitchen, "nothing", "--deadline", "soon"],
    '--deadline: "soon" cannot be used',
  ],
])("%s is a mistake in the command line", async (_what, words, told) => {
  const { code, stdout, stderr } = await runCli(words);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^error: .*\[TENON_USAGE\]/);
  expect(stderr).toContain(told);
  expect(stderr).toContain("To fix this:");
  expect(stderr).not.toMatch(/^ +at /m);
});

test("with --json an error is a document on stdout", async () => {
  const { code, document, stderr } = await runJson(["chek"]);
  expect(code).toBe(2);
  expect(document.error).toMatchObject({
    code: "TENON_USAGE",
    message: expect.stringContaining("chek"),
    fix: { text: expect.any(String) },
  });
  expect(document.error).not.toHaveProperty("stack");
  expect(stderr).toBe("");
});

test("stacks are shown only when they are asked for", async () => {
  const hostStack = /^ +at .*dist[\\/]/m;
  expect((await runCli(["run", kitchen, "throws"])).stderr).not.toMatch(hostStack);
  expect((await runCli(["run", kitchen, "throws", "--verbose"])).stderr).toMatch(hostStack);
  expect((await runCli(["run", kitchen, "throws"], { environment: { DEBUG: "1" } })).stderr).toMatch(hostStack);
});

test("a pipe gets no colour, unless it is asked for", async () => {
  const coloured = (environment: Record<string, string>, ...more: string[]) =>
    runCli(["check", kitchen, ...more], { environment }).then(({ stdout }) => stdout.includes("\x1b["));
  expect(await coloured({})).toBe(false);
  expect(await coloured({ FORCE_COLOR: "1" })).toBe(true);
  expect(await coloured({ FORCE_COLOR: "1" }, "--no-color")).toBe(false);
  expect(await coloured({ FORCE_COLOR: "1" }, "--json")).toBe(false);
});

test("a reader that has seen enough is no failure", async () => {
  const cli = startCli(["run", kitchen, "count", "4000000000"]);
  await cli.until(({ stdout }) => stdout.length > 100);
  cli.child.stdout?.destroy();
  const [code] = await once(cli.child, "exit");
  expect(code).toBe(0);
  expect(cli.stderr).not.toContain("error");
});

test.each(["worker", "process", "inline"])("Ctrl-C closes the %s plugin and ends with 130", async (place) => {
  const cli = startCli(["run", kitchen, "hangs", "--place", place]);
  await cli.until(({ stderr }) => stderr.includes("hanging"));
  cli.child.kill("SIGINT");
  const { code, stderr } = await cli.ended;
  expect(code).toBe(130);
  expect(stderr).toContain("[kitchen] closed");
  expect(stderr).not.toContain("error");
});

test.each(["worker", "process"])("Ctrl-C ends a %s plugin that loops", async (place) => {
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
  expect(stderr).toContain("the output cannot be written");
});
