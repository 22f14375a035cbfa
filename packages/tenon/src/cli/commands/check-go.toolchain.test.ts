import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { compileC } from "../../program/fixtures/compile-c.mjs";
import { buildHost, buildPlugin } from "../../skew/fixtures/opener.mjs";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { kitchen } from "../fixtures/start-cli.mjs";

const { describe, test } = needs(missing.goPlugins());

describe("tenon check HOST PLUGIN.so", () => {
  let folder: string;
  const at = () => ({ cwd: folder });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tenon-check-go-"));
    copyFileSync(buildHost(), join(folder, "host"));
    copyFileSync(buildPlugin(), join(folder, "good.so"));
    copyFileSync(buildPlugin("plain", []), join(folder, "plain.so"));
    writeFileSync(
      join(folder, "text.so"),
      "not a plugin at all, but long enough to have the header of one\n".repeat(2),
    );
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("exits with 0 if the plugin opens", async () => {
    const { code, stdout } = await runCli(["check", "host", "good.so"], at());
    expect([code, stdout]).toEqual([0, "opens    good.so\n"]);
  });

  test("exits with 1 if the plugin does not open, and prints plugin.Open's error, the cause and the fix", async () => {
    const { code, stdout } = await runCli(["check", "host", "plain.so"], at());
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^error {4}plain\.so\n {2}plugin\.Open\("plain"\): plugin was built with a different version/,
    );
    expect(stdout).toContain("[TENON_GO_TRIMPATH]");
    expect(stdout).toMatch(/To fix this: .*\n +tenon go build --for \S+host \. -o \S+plain\.so\n/);
  });

  test("the JSON form has each plugin in order", async () => {
    const { code, document } = await runJson(["check", "host", "text.so", "good.so", "plain.so", "good.so"], at());
    expect(code).toBe(1);
    expect(
      document.results.map(({ plugin, outcome }: { plugin: string; outcome: string }) => [plugin, outcome]),
    ).toEqual([
      ["text.so", "error"],
      ["good.so", "opens"],
      ["plain.so", "error"],
      ["good.so", "opens"],
    ]);
    expect(document.results[2]).toEqual({
      plugin: "plain.so",
      outcome: "error",
      error: expect.stringMatching(/^plugin\.Open\("plain"\): plugin was built with a different version of package /),
      packages: expect.arrayContaining(["runtime"]),
      findings: [
        {
          code: "TENON_GO_TRIMPATH",
          severity: "error",
          subject: "plain.so",
          cause: expect.any(String),
          message: expect.any(String),
          fix: { text: expect.any(String), command: expect.stringContaining("tenon go build --for ") },
        },
      ],
    });
  });

  test("exits with 3 if the result is not known", async () => {
    const { code, document } = await runJson(["check", "good.so", "good.so"], at());
    expect([code, document.results[0].outcome]).toEqual([3, "unknown"]);
  });

  test("exits with 2 for usage errors", async () => {
    for (const words of [
      ["host", "good.so", "--contract", "x.wit"],
      ["host", "good.so", "--sysroot", "nowhere"],
      ["host", "good.so", "--place", "worker"],
    ]) {
      const { code, stderr } = await runCli(["check", ...words], at());
      expect([words, code, stderr]).toEqual([words, 2, expect.stringContaining("To fix this")]);
    }
  });

  test("a plugin that does not exist is a usage error, and plugin.Open's error is printed", async () => {
    const { code, stdout } = await runCli(["check", "host", "good.so", "nowhere.so"], at());
    expect(code).toBe(2);
    expect(stdout).toContain('plugin.Open("nowhere.so"): realpath failed');
  });

  test("a Go plugin alone needs its host", async () => {
    const { code, stdout } = await runCli(["check", "good.so"], at());
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^unknown {2}good\.so \(good, Go plugin\)\n {2}warning good\.so is a Go plugin; checking it needs/,
    );
    expect(stdout).toContain("Name the program first: tenon check HOST good.so");
    const { document } = await runJson(["check", kitchen, "good.so"], at());
    expect(document).toMatchObject({
      verdict: "unknown",
      reports: [{ verdict: "fits" }, { verdict: "unknown", findings: [{ code: "TENON_GO_HOST_MISSING" }] }],
    });
  });

  test("a Go host alone needs its plugins", async () => {
    const { code, stdout } = await runCli(["check", "host"], at());
    expect(code).toBe(1);
    expect(stdout).toContain("host is a Go program that opens Go plugins, and no runtime of this host opens it");
    expect(stdout).toContain("tenon check host PLUGIN.so");
  });

  test("a program or library that is no plugin is named for what it is", async () => {
    const cases = [
      [process.execPath, "a program"],
      [compileC(folder, "plain-c.so", "int one(void) { return 1; }\n", ["-shared", "-fPIC"]), "a shared library"],
    ] as const;
    for (const [path, what] of cases) {
      const { code, stdout } = await runCli(["check", path], at());
      expect(code).toBe(1);
      expect(stdout).toContain(`${path} is ${what}, and no runtime of this host opens it`);
      expect(stdout).toContain(`tenon inspect ${path}`);
    }
  });

  test("checks other plugins as usual", async () => {
    const { code, document } = await runJson(["check", kitchen], at());
    expect([code, document.verdict]).toEqual([0, "fits"]);
  });
});
