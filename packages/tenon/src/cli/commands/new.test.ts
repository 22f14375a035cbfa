import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { runCli, runJson, scratchFolder } from "../fixtures/start-cli.mjs";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("../../..", import.meta.url));
const modules = dirname(dirname(createRequire(import.meta.url).resolve("typescript/package.json")));

/** A folder in which the packages are installed that templates name. */
function installed(): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, "node_modules", "@types"), { recursive: true });
  symlinkSync(packageFolder, join(folder, "node_modules", "tenon"));
  symlinkSync(join(modules, "@types", "node"), join(folder, "node_modules", "@types", "node"));
  return folder;
}

test.each(["typescript", "javascript"])("a new plugin in %s fits its contract and runs", async (language) => {
  const cwd = scratchFolder();
  const made = await runJson(["new", "plugin", "hello", "--language", language], { cwd });
  expect(made).toMatchObject({ code: 0, document: { kind: "plugin", folder: "hello", name: "hello", language } });
  for (const file of made.document.files) expect(existsSync(join(cwd, "hello", file))).toBe(true);
  expect(await runJson(["check", "hello"], { cwd })).toMatchObject({ code: 0, document: { verdict: "fits" } });
  const { code, stdout, stderr } = await runCli(
    ["run", "hello", "greet", "Ada", "--settings", '{"greeting": "Welcome"}'],
    { cwd },
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: "Welcome, Ada!\n" });
  expect(stderr).toContain("[log] greeting Ada");
  expect((await runCli(["run", "hello", "greet", "Ada", "--settings", '{"greting": "x"}'], { cwd })).code).toBe(2);
});

test.each(["typescript", "javascript"])("a new host in %s opens a new plugin", async (language) => {
  const cwd = installed();
  await runCli(["new", "plugin", "hello"], { cwd });
  expect((await runCli(["new", "host", "app", "--language", language], { cwd })).code).toBe(0);
  const main = language === "typescript" ? "main.ts" : "main.js";
  const loader = language === "typescript" ? ["--import", import.meta.resolve("tsx")] : [];
  const { stdout, stderr } = await run(process.execPath, [...loader, join("app", main), "hello", "Ada"], { cwd });
  expect(stdout).toBe("Hello, Ada!\n");
  expect(stderr).toContain("log: greeting Ada");
});

test.each(["plugin", "host"])("a new %s in TypeScript has no type errors", async (kind) => {
  const cwd = installed();
  await runCli(["new", kind, "made"], { cwd });
  const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
  const { bin } = JSON.parse(readFileSync(compiler, "utf8")) as { bin: { tsc: string } };
  const { stdout } = await run(process.execPath, [join(dirname(compiler), bin.tsc), "-p", join(cwd, "made")], { cwd });
  expect(stdout).toBe("");
});

test.each(["plugin", "host"])("the contracts of a new %s say the same", async (kind) => {
  const cwd = scratchFolder();
  await runCli(["new", kind, "made"], { cwd });
  const print = async (file: string) => (await runCli(["contract", "fingerprint", join("made", file)], { cwd })).stdout;
  expect(await print("contract.ts")).toBe(await print("contract.wit"));
  const { stdout } = await runCli(["contract", "convert", join("made", "contract.ts"), "--to", "wit"], { cwd });
  expect(stdout).toContain("/// Greets a person by name.");
});

test("a folder that is not empty is left alone, unless it is forced", async () => {
  const cwd = scratchFolder();
  mkdirSync(join(cwd, "hello"));
  writeFileSync(join(cwd, "hello", "plugin.ts"), "mine");
  writeFileSync(join(cwd, "hello", "other.txt"), "mine");
  const refused = await runJson(["new", "plugin", "hello"], { cwd });
  expect(refused).toMatchObject({
    code: 2,
    document: { error: { code: "TENON_FOLDER_OCCUPIED", message: expect.stringContaining("plugin.ts") } },
  });
  expect(readFileSync(join(cwd, "hello", "plugin.ts"), "utf8")).toBe("mine");
  expect(existsSync(join(cwd, "hello", "tenon.json"))).toBe(false);
  expect((await runCli(["new", "plugin", "hello", "--force"], { cwd })).code).toBe(0);
  expect(readFileSync(join(cwd, "hello", "plugin.ts"), "utf8")).not.toBe("mine");
  expect(readFileSync(join(cwd, "hello", "other.txt"), "utf8")).toBe("mine");
});

test("a file in the way is told", async () => {
  const cwd = scratchFolder();
  writeFileSync(join(cwd, "hello"), "mine");
  expect(await runJson(["new", "plugin", "hello"], { cwd })).toMatchObject({
    code: 2,
    document: { error: { code: "TENON_FILE_WRITE" } },
  });
});

test.each<[string, string[], string]>([
  ["nothing", [], "it is not said what to make"],
  ["no folder", ["host"], "it is not said where to make the host"],
  ["another kind", ["plugn", "x"], 'KIND: "plugn" is not offered; did you mean "plugin"?; there are plugin, host'],
  ["another language", ["plugin", "x", "--language", "pyhton"], "there are typescript, javascript"],
  ["a name that cannot be one", ["plugin", "x", "--name", "Über Tool"], "--name ber-tool"],
])("new without a terminal, told %s, is a mistake in the command line", async (_what, words, told) => {
  const cwd = scratchFolder();
  const { code, stderr } = await runCli(["new", ...words], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(told);
  expect(existsSync(join(cwd, "x"))).toBe(false);
});

test("the name is made of the folder's", async () => {
  const { document } = await runJson(["new", "plugin", "My Plugin"], { cwd: scratchFolder() });
  expect(document).toMatchObject({ name: "my-plugin", folder: "My Plugin" });
});
