import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTgz } from "../../sources/archive/testing/make-tar.mjs";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

const wit = "package demo:greet@1.0.0;\nworld greet { export greet: func(name: string) -> string; }\n";
const files = {
  "package.json": '{ "name": "greet", "version": "1.0.0", "main": "index.mjs" }',
  "index.mjs": 'export const greet = (name) => "Hi " + name;',
  "plugin.wit": wit,
};
const tgz = makeTgz(Object.entries(files).map(([name, content]) => ({ name: `package/${name}`, content })));
const sri = (bytes: Uint8Array | string) => `sha256-${createHash("sha256").update(bytes).digest("base64")}`;

async function folderWithPlugins() {
  const cwd = await scratchFolder();
  mkdirSync(join(cwd, "node_modules/greet"), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, "node_modules/greet", name), content);
  writeFileSync(join(cwd, "greet.tgz"), tgz);
  return { cwd, environment: { XDG_CACHE_HOME: join(cwd, "cache") } };
}

test("check, inspect and run take packages and archives, whose digest is the same", async () => {
  const options = await folderWithPlugins();
  const digests = new Set<string>();
  for (const plugin of ["npm:greet", "greet.tgz", "node_modules/greet"]) {
    const { document } = await runJson(["check", plugin], options);
    expect(document).toMatchObject({
      verdict: "fits",
      reports: [{ name: "greet", digest: expect.stringMatching(/^sha256-/) }],
    });
    const inspected = await runJson(["inspect", plugin], options);
    expect(inspected.document.digest).toBe(document.reports[0].digest);
    digests.add(document.reports[0].digest);
    expect((await runCli(["run", plugin, "greet", "Ada"], options)).stdout).toBe("Hi Ada\n");
  }
  expect(digests.size).toBe(1);
  expect((await runCli(["inspect", "greet.tgz"], options)).stdout).toMatch(/^digest +sha256-/m);
  expect((await runCli(["check", "greet.tgz"], options)).stdout).toMatch(/^ {2}digest sha256-/m);
});

test("--integrity refuses a plugin with another digest", async () => {
  const options = await folderWithPlugins();
  const { document } = await runJson(["check", "npm:greet"], options);
  for (const digest of [document.reports[0].digest, sri(tgz)])
    expect((await runCli(["run", "--integrity", digest, "greet.tgz", "greet", "Ada"], options)).stdout).toBe(
      "Hi Ada\n",
    );
  const checked = await runJson(["check", "--integrity", sri("x"), "greet.tgz"], options);
  expect([checked.code, checked.document.reports[0].findings[0].code]).toEqual([1, "TENON_INTEGRITY_MISMATCH"]);
  const run = await runCli(["run", "--integrity", sri("x"), "greet.tgz", "greet", "Ada"], options);
  expect([run.stdout, run.stderr]).toEqual(["", expect.stringContaining("[TENON_INTEGRITY_MISMATCH]")]);
});

test("text that no source knows is refused with the forms that they know", async () => {
  const options = await folderWithPlugins();
  const { code, document } = await runJson(["check", "oci:greet"], options);
  expect(code).toBe(2);
  expect(document.reports[0].findings[0].message).toMatch(
    /use a path, file:PATH, builtin:NAME, command:LINE, npm:PACKAGE, https:URL/,
  );
});
