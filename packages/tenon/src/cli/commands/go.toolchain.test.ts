import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { GoLab } from "../../builders/go/fixtures/go-lab.mjs";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { startCli } from "../fixtures/start-cli.mjs";

const { test } = needs(missing.goPlugins());

const minutes = 60_000;

let lab: GoLab;
beforeAll(async () => {
  lab = new GoLab();
  lab.hostFolder("host");
  await lab.host("host", "server", "-trimpath");
  lab.plugin("greet", "api.Count.Add()", { imports: ["example.com/host/api"], requires: ["example.com/host v1.0.0"] });
}, 10 * minutes);
afterAll(() => lab.remove());

const at = () => ({ cwd: lab.folder, environment: { ...lab.environment } });

test("deps shows what a plugin must share with the host", async () => {
  const { code, stdout } = await runCli(["go", "deps", "server"], at());
  expect(code).toBe(0);
  for (const text of ["-trimpath", "linux/", "glibc", "example.com/host", "example.com/lib  v1.0.0"])
    expect(stdout).toContain(text);
  const { document } = await runJson(["go", "deps", "server"], at());
  expect(document).toMatchObject({ trimpath: true, modules: [{ path: "example.com/lib", version: "v1.0.0" }] });
});

test("deps writes a go.mod and a Dockerfile", async () => {
  const words = ["go", "deps", "server", "--format"];
  const module = await runCli([...words, "go.mod", "--module", "example.com/mine", "-o", "made.mod"], at());
  expect([module.code, module.stdout]).toEqual([0, ""]);
  expect(lab.read("made.mod")).toContain("module example.com/mine\n");
  expect((await runCli([...words, "dockerfile"], at())).stdout).toMatch(/^FROM .* golang:/m);
  const { code, stderr } = await runCli([...words, "dockerfile", "--module", "x"], at());
  expect([code, stderr]).toEqual([2, expect.stringContaining("[TENON_USAGE]")]);
});

test("build writes a plugin that the host opens", { timeout: 3 * minutes }, async () => {
  const { code, stdout } = await runCli(["go", "build", "--for", "server", "greet", "-o", "greet.so"], at());
  expect(code).toBe(0);
  expect(stdout).toContain("the host will open it");
  expect(await lab.open(lab.path("server"), "greet.so")).toMatchObject({ result: "2" });
  const { document } = await runJson(["go", "build", "--for", "server", "greet", "-o", "greet.so"], at());
  expect(document).toMatchObject({ output: "greet.so", verdict: { outcome: "opens" }, pins: expect.any(Array) });
});

test("a dry run shows the command, and writes nothing", { timeout: minutes }, async () => {
  const { code, stdout } = await runCli(["go", "build", "--for", "server", "greet", "-o", "dry.so", "--dry-run"], at());
  expect(code).toBe(0);
  expect(stdout).toMatch(/^export GOOS=linux$/m);
  expect(stdout).toMatch(/go build -buildmode=plugin .*-trimpath/);
  expect(existsSync(lab.path("dry.so"))).toBe(false);
});

test("Ctrl-C stops the build and leaves nothing behind", { timeout: 2 * minutes }, async () => {
  lab.plugin("slow", "1", {});
  // A compiler that never exits.
  writeFileSync(lab.path("slow-cc"), '#!/bin/sh\necho $$ > "$TENON_TEST_MARK"\nexec sleep 600\n', { mode: 0o755 });
  lab.write("slow", { "c.go": 'package main\n\n// int one(void) { return 1; }\nimport "C"\n\nvar One = C.one()\n' });
  const environment = { ...lab.environment, CC: lab.path("slow-cc"), TENON_TEST_MARK: lab.path("mark") };
  const cli = startCli(["go", "build", "--for", "server", "slow", "-o", "slow.so", "--verbose"], {
    cwd: lab.folder,
    environment,
  });
  await expect.poll(() => existsSync(lab.path("mark")), { timeout: minutes }).toBe(true);
  cli.child.kill("SIGINT");
  const { code } = await cli.ended;
  expect(code).toBe(130);
  const id = readFileSync(lab.path("mark"), "utf8").trim();
  const state = () => (existsSync(join("/proc", id, "stat")) ? readFileSync(join("/proc", id, "stat"), "utf8") : "");
  await expect.poll(state).not.toMatch(/^\d+ \(.*\) [^ZX]/);
  expect(readdirSync(lab.folder).filter((name) => name.includes("slow.so"))).toEqual([]);
});

test("doctor exits with 1 if there are errors, and with 0 if there are only warnings", async () => {
  expect((await runCli(["go", "doctor", "greet"], at())).code).toBe(0);
  lab.write("bad", {
    "go.mod": "module example.com/bad\n",
    "main.go": 'package main\n\nimport "os"\n\nfunc init() { os.Exit(1) }\n',
  });
  const { code, stdout } = await runCli(["go", "doctor", "bad"], at());
  expect(code).toBe(1);
  expect(stdout).toContain("bad/main.go:5: os.Exit runs while the plugin is loaded");
  const { document } = await runJson(["go", "doctor", "bad"], at());
  expect(document).toMatchObject({
    packagePath: "example.com/bad",
    findings: [{ code: "TENON_GO_DOCTOR_INIT" }, {}, {}],
  });
});

test("usage errors are reported", async () => {
  expect((await runCli(["go", "build", "greet"], at())).stderr).toContain("--for <HOST>");
  expect((await runCli(["go", "deps", "none"], at())).stderr).toContain("[TENON_ARTIFACT_MISSING]");
  expect((await runCli(["go", "doctor", "none"], at())).stderr).toContain("[TENON_GO_NO_SOURCE]");
});
