import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildHost, buildPlugin, go } from "../../skew/fixtures/opener.mjs";
import { kitchen, runCli, runJson } from "../fixtures/start-cli.mjs";

if (go === undefined) console.log("skipped: tenon check of Go plugins: no Go toolchain is at hand");

describe.skipIf(go === undefined || process.platform !== "linux")("tenon check HOST PLUGIN.so", () => {
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

  test("one that opens ends with 0", async () => {
    const { code, stdout } = await runCli(["check", "host", "good.so"], at());
    expect([code, stdout]).toEqual([0, "opens    good.so\n"]);
  });

  test("one that does not ends with 1, and tells what plugin.Open says, why, and the cure", async () => {
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

  test("what cannot be told ends with 3", async () => {
    const { code, document } = await runJson(["check", "good.so", "good.so"], at());
    expect([code, document.results[0].outcome]).toEqual([3, "unknown"]);
  });

  test("mistakes in the command line end with 2", async () => {
    for (const words of [
      ["host"],
      ["host", "good.so", "--contract", "x.wit"],
      ["host", "good.so", "--sysroot", "nowhere"],
      ["host", "good.so", "--place", "worker"],
    ]) {
      const { code, stderr } = await runCli(["check", ...words], at());
      expect([words, code, stderr]).toEqual([words, 2, expect.stringContaining("To fix this")]);
    }
  });

  test("other plugins are checked as ever", async () => {
    const { code, document } = await runJson(["check", kitchen], at());
    expect([code, document.verdict]).toEqual([0, "fits"]);
  });
});
