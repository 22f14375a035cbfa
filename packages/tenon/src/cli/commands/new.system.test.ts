import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process-built.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("../../..", import.meta.url));
const modules = dirname(dirname(createRequire(import.meta.url).resolve("typescript/package.json")));

/** Creates a folder with the packages that the templates depend on. */
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

test("the commands of the next steps work when pasted", async () => {
  const folder = join(scratchFolder(), "My Plugin");
  const { stdout } = await runCli(["new", "plugin", folder]);
  for (const line of stdout.split("Next steps:\n")[1]?.trimEnd().split("\n") ?? []) {
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    expect(words.shift()).toBe("tenon");
    expect(await runCli(words)).toMatchObject({ code: 0 });
  }
});
