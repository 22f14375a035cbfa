import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { buildGo, newestGo } from "../../binary/go-metadata/fixtures/go-builds.mjs";
import { hostFiles, pluginFiles } from "../../binary/go-metadata/fixtures/sources.mjs";
import { compileC } from "../../program/fixtures/compile-c.mjs";
import { runCli, runJson } from "../fixtures/in-process.mjs";

const { describe, test } = needs(missing.goPlugins());

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-inspect-cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("Go", () => {
  test("a plugin, for people and for programs", async () => {
    const path = buildGo(newestGo!, { files: pluginFiles, flags: ["-buildmode=plugin", "-trimpath"] });
    const { code, stdout } = await runCli(["inspect", path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^kind +Go plugin$/m);
    expect(stdout).toContain(`go${newestGo!.version}`);
    expect(stdout).toMatch(/^plugin path +example\.com\/made$/m);
    expect(stdout).toMatch(/^ {2}func Greet\(string\) \(string, error\)$/m);
    expect(stdout).toMatch(/^ {2}var Names map\[string\]\[\]time\.Duration$/m);
    const { document } = await runJson(["inspect", path]);
    expect(document).toMatchObject({
      kind: "go-plugin",
      exports: expect.arrayContaining([{ name: "Answer", kind: "variable", type: "*int" }]),
      go: { version: `go${newestGo!.version}`, trimPath: true, pluginPath: "example.com/made" },
    });
  }, 600_000);

  test("for a host, shows whether it opens plugins", async () => {
    const { stdout } = await runCli(["inspect", buildGo(newestGo!, { files: hostFiles })]);
    expect(stdout).toMatch(/^kind +Go program$/m);
    expect(stdout).toMatch(/^opens plugins +yes$/m);
  }, 600_000);
});

test("long lists of exports are cut off", async () => {
  const source = Array.from({ length: 100 }, (_, index) => `int made_${index}(void) { return ${index}; }`).join("\n");
  const { stdout } = await runCli(["inspect", compileC(folder, "many.so", source, ["-shared", "-fPIC"])]);
  expect(stdout.match(/^ {2}function made_\d+$/gm)).toHaveLength(60);
  expect(stdout).toContain("and 40 more; --json shows all");
});

test("names in a file cannot control the terminal", async () => {
  const path = compileC(folder, "sly.so", "int redQsteered(void) { return 0; }\n", ["-shared", "-fPIC"]);
  const bytes = readFileSync(path);
  for (let at = bytes.indexOf("redQ"); at >= 0; at = bytes.indexOf("redQ", at + 1)) bytes[at + 3] = 0x1b;
  writeFileSync(path, bytes);
  const { stdout } = await runCli(["inspect", path]);
  expect(stdout).toContain("red\\x1bsteered");
  expect(stdout).not.toContain("\x1b");
});
