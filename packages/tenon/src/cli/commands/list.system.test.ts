import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { contractsFolder, scratchFolder } from "../fixtures/start-cli.mjs";

const greeter = join(contractsFolder, "greeter.wit");
const wit = "package demo:greeter@1.0.0;\nworld greeter { export greet: func(name: string) -> string; }\n";

/** Writes files into a new folder. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Lists the paths of the plugins in a folder, relative to it. */
async function list(folder: string, ...words: string[]): Promise<string[]> {
  const { code, document } = await runJson(["list", folder, ...words]);
  expect(code).toBe(0);
  return document.plugins.map(({ artifact }: { artifact: string }) => relative(folder, artifact));
}

/** Two plugins, one broken manifest, and files that are not plugins. */
function plugins(): string {
  const folder = folderOf({
    "deep/er/greeter/tenon.json": '{"name": "greeter", "version": "2.0.0", "entry": "main.js"}',
    "deep/er/greeter/main.js": "export const greet = (name) => name;",
    "single.js": "export const greet = (name) => name;",
    "single.tenon.json": '{"version": "1.0.0"}',
    "packaged/package.json": '{"name": "packaged", "main": "main.js", "tenon": {"priority": 1}}',
    "packaged/main.js": "module.exports = {};",
    "broken/tenon.json": '{"version": "first"}',
    "ordinary/package.json": '{"name": "ordinary"}',
    "loose.js": "export const greet = (name) => name;",
    "loose.test.js": "export {};",
    "loose.d.ts": "export {};",
    "README.md": "no plugin",
    "node_modules/other/tenon.json": "{}",
    ".hidden/tenon.json": "{}",
  });
  symlinkSync(folder, join(folder, "circle"));
  return folder;
}

test("finds plugins by their manifests, recursively", async () => {
  const folder = plugins();
  const { code, document } = await runJson(["list", folder]);
  expect(code).toBe(0);
  expect(document.plugins.map(({ name }: { name?: string }) => name)).toEqual([
    undefined,
    "greeter",
    "packaged",
    "single",
  ]);
  expect(document.plugins[0]).toMatchObject({
    artifact: join(folder, "broken"),
    verdict: "breaks",
    findings: [{ code: "TENON_MANIFEST_INVALID" }],
  });
});

test("--all also lists files that could be plugins", async () => {
  expect(await list(plugins(), "--all")).toEqual(["broken", "deep/er/greeter", "loose.js", "packaged", "single.js"]);
});

test("with a contract each plugin has a verdict", async () => {
  const { code, stdout, stderr } = await runCli(["list", plugins(), "--contract", greeter]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^NAME +VERSION +RUNTIME +VERDICT +PATH\n/);
  expect(stdout).toMatch(/^greeter +2\.0\.0 +js +fits +\S+deep\/er\/greeter$/m);
  expect(stderr).toContain("1 more file could be");
});

test("finds folders of Go, Rust, C and TypeScript source that have a contract", async () => {
  const folder = folderOf({
    "go/greeter.go": "package main\n\ntype Plugin struct{}\n",
    "go/plugin.wit": wit,
    "c/greeter.c": '#include "plugin.h"\n',
    "c/helper.c": "int one(void) { return 1; }\n",
    "c/greeter.wit": wit,
    "rust/Cargo.toml": '[package]\nname = "greeter"\nversion = "1.0.0"\n[lib]\ncrate-type = ["cdylib"]\n',
    "rust/src/lib.rs": "",
    "rust/wit/plugin.wit": wit,
    "typescript/index.ts": "export const greet = (name: string) => name;",
    "typescript/contract.wit": wit,
    "alone/greeter.c": "",
    "alone/greeter.wit": wit,
    "singles/one.c": "",
    "singles/one.wit": wit,
    "singles/two.c": "",
    "singles/two.wit": wit,
    "go-program/main.go": "package main\n\nfunc main() {}\n",
    "c-library/library.c": "int one(void) { return 1; }\n",
    "rust-program/Cargo.toml": '[package]\nname = "program"\nversion = "1.0.0"\n',
    "rust-program/src/main.rs": "fn main() {}",
    "script/index.ts": "console.log(1);",
  });
  expect(await list(folder)).toEqual(["alone", "c", "go", "rust", "singles/one.c", "singles/two.c", "typescript"]);
  expect(await list(join(folder, "alone"))).toEqual(["greeter.c"]);
});

test("searches a project that is source itself", async () => {
  const folder = folderOf({
    "main.go": "package main\n",
    "plugin.wit": wit,
    "plugins/greeter/tenon.json": '{"name": "greeter", "entry": "main.js"}',
    "plugins/greeter/main.js": "export const greet = (name) => name;",
  });
  expect(await list(folder)).toEqual(["", "plugins/greeter"]);
});

test("never lists a contract", async () => {
  const module = (from: string) =>
    `import { contract, t } from "${from}";\n\n/** The contract. */\nexport const greeter = contract("demo:greeter@1.0.0", {\n  exports: { greet: t.func([], t.string) },\n});\nexport type Greeter = typeof greeter;\n`;
  const folder = folderOf({
    "contract.wit": wit,
    "contract.ts": module("tenon"),
    "shared/other.mts": module("tenon/contract"),
    "plugins/greeter.ts": `${module("tenon/contract")}export const greet = () => "hello";\n`,
    "plugins/greeter.wit": wit,
  });
  expect(await list(folder)).toEqual(["plugins/greeter.ts"]);
  expect(await list(folder, "--all")).toEqual(["plugins/greeter.ts"]);
  const { stderr } = await runCli(["list", join(folder, "contract.wit"), join(folder, "contract.ts")]);
  expect(stderr).toBe("No plugins found.\n");
});

test("a folder without plugins is fine, a folder that does not exist is a usage error", async () => {
  const { code, stdout, stderr } = await runCli(["list", scratchFolder()]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "No plugins found.\n" });
  expect((await runCli(["list", "nowhere"])).code).toBe(2);
});
