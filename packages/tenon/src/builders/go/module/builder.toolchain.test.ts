import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBinary } from "../../../binary/index.js";
import type { TenonError } from "../../../errors/index.js";
import { readArtifact } from "../../../runtime/read-artifact.js";
import { goBindings } from "./editor-bindings.js";
import { createGoModuleBuilder } from "./index.js";

const hasGo = spawnSync("go", ["version"]).status === 0;

// One store for all tests: the standard library's archives are looked up once.
const cacheFolder = await mkdtemp(join(tmpdir(), "tenon-go-cache-"));
const builder = createGoModuleBuilder({ cacheFolder, toolchain: "local" });

afterAll(() => rm(cacheFolder, { recursive: true, force: true }));

const wit = `package demo:greeter@1.0.0;
interface store { get: func(key: string) -> option<string>; }
world greeter { export greet: func(name: string) -> string; export store; }
`;
const greeter = `package main

type Plugin struct{}

func (Plugin) Greet(name string) string { return "Hello, " + name }

type Store struct{}

func (Store) Get(key string) *string { return nil }
`;

let folder = "";
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tenon-go-plugin-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function build(files: Readonly<Record<string, string>>, path = "") {
  await write(files);
  return builder.build(await readArtifact(join(folder, path)));
}

async function failure(files: Readonly<Record<string, string>>): Promise<TenonError> {
  return build(files).then(
    () => expect.fail("it was built"),
    (error: TenonError) => error,
  );
}

describe("source in Go", () => {
  it("is recognised by content", async () => {
    await write({ "plugin.wit": wit, "greeter.go": greeter, "notes/notes.txt": "text", "lib/lib.go": "package lib\n" });
    expect(await builder.recognise(await readArtifact(folder))).toMatchObject({ confidence: 2 });
    expect(await builder.recognise(await readArtifact(join(folder, "greeter.go")))).toMatchObject({ confidence: 2 });
    expect(await builder.recognise(await readArtifact(join(folder, "lib/lib.go")))).toBeUndefined();
    expect((await builder.contract(await readArtifact(folder)))?.id).toBe("demo:greeter@1.0.0");
  });

  it("needs a contract", async () => {
    expect(await failure({ "greeter.go": greeter })).toMatchObject({
      code: hasGo ? "TENON_SOURCE_CONTRACT" : expect.any(String),
    });
  });

  it("needs a tool chain", async () => {
    await write({ "plugin.wit": wit, "greeter.go": greeter });
    const without = createGoModuleBuilder({ cacheFolder, environment: { PATH: "/nowhere" }, toolchain: "local" });
    await expect(without.build(await readArtifact(folder))).rejects.toMatchObject({ code: "TENON_TOOLCHAIN_MISSING" });
  });
});

needs(missing.go()).describe("a build by the local Go", { timeout: 240_000 }, () => {
  it("makes a core module that contains the contract, and is cached by content", async () => {
    const files = { "plugin.wit": wit, "greeter.go": greeter };
    const first = await build(files);
    expect(first).toMatchObject({ cached: false, toolchain: expect.stringMatching(/^go1\.\d+.* \(local\)$/) });
    expect(first.inputs).toEqual(["greeter.go", "*.go", "plugin.wit"].map((name) => join(folder, name)));
    expect(await readdir(folder)).toEqual(["greeter.go", "plugin.wit"]);
    const names = WebAssembly.Module.exports(new WebAssembly.Module(first.bytes)).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["memory", "_initialize", "cabi_realloc", "greet", "demo:greeter/store@1.0.0#get"]),
    );
    const binary = readBinary(first.bytes);
    const section = binary.format === "wasm-module" ? binary.file.customSection("tenon:contract") : undefined;
    expect(new TextDecoder().decode(section)).toContain("package demo:greeter@1.0.0;");

    expect(await build(files)).toMatchObject({ cached: true, fingerprint: first.fingerprint });
    const next = createGoModuleBuilder({ cacheFolder, toolchain: "local" });
    const fromDisk = await next.build(await readArtifact(folder));
    expect(fromDisk.cached).toBe(true);
    expect(Buffer.compare(fromDisk.bytes, first.bytes)).toBe(0);
    const changed = await build({ ...files, "greeter.go": greeter.replace("Hello", "Good day") });
    expect(changed.cached).toBe(false);
    expect(changed.fingerprint).not.toBe(first.fingerprint);
  });

  it("caches nothing if a file is saved during the build", async () => {
    const files = { "plugin.wit": wit, "greeter.go": `${greeter}// read\n` };
    await write(files);
    const saved = files["greeter.go"].replace("Hello", "Servus");
    let saving: Promise<void> | undefined;
    const progress = (step: string) => {
      if (step === "linking") saving = writeFile(join(folder, "greeter.go"), saved);
    };
    await builder.build(await readArtifact(folder), { progress });
    await saving;
    expect(await build(files)).toMatchObject({ cached: false });
    expect(await build(files)).toMatchObject({ cached: true });
  });

  it("builds packages of the plugin's module, and a single file", async () => {
    const built = await build({
      "go.mod": "module example.com/plugin\n\ngo 1.24\n",
      "plugin.wit": wit,
      "greeter.go": greeter
        .replace("package main", 'package main\n\nimport "example.com/plugin/words"')
        .replace('"Hello, "', "words.Hello"),
      "words/words.go": 'package words\n\nconst Hello = "Hello, "\n',
    });
    expect(built.inputs.map((path) => path.slice(folder.length + 1))).toEqual([
      "words/words.go",
      "greeter.go",
      "go.mod",
      "words/*.go",
      "*.go",
      "plugin.wit",
    ]);
    expect(await build({ "single.go": greeter, "single.wit": wit }, "single.go")).toMatchObject({ cached: false });
  });

  it("ignores bindings that were made for an editor", async () => {
    await write({ "plugin.wit": wit, "greeter.go": greeter });
    const bindings = await goBindings(await readArtifact(folder));
    expect(bindings.text).toContain("type PluginContract interface {");
    await writeFile(bindings.path, bindings.text);
    expect((await builder.build(await readArtifact(folder))).inputs).not.toContain(bindings.path);
  });

  it("shows every error in the source with file, line and caret", async () => {
    const broken = greeter.replace('"Hello, " + name', "name + 1").replace("return nil", "return missing");
    const error = await failure({ "plugin.wit": wit, "greeter.go": broken });
    expect(error.code).toBe("TENON_SOURCE_INVALID");
    expect(error.findings).toHaveLength(2);
    expect(error.message).toContain(`${join(folder, "greeter.go")}:5:`);
    expect(error.message).toMatch(/undefined: missing\n {2}func \(Store\) Get.*\n {2} +\^/);
    const at = error.message.split("\n").find((line) => line.endsWith("^"))?.length ?? 0;
    expect(at).toBeGreaterThan(10);
    expect(error.message).not.toContain("bindings");
  });

  it("shows syntax errors", async () => {
    const error = await failure({ "plugin.wit": wit, "greeter.go": `${greeter}func {` });
    expect(error.code).toBe("TENON_SOURCE_INVALID");
    expect(error.message).toMatch(/greeter\.go:10:6: syntax error: .*\n {2}func \{\n {7}\^/);
  });

  it("names methods and types that are missing or differ", async () => {
    const differs = greeter
      .replace("Greet(name string) string", "Greet(name int) string")
      .replace("+ name", "")
      .replace("Get(", "Got(");
    const error = await failure({ "plugin.wit": wit, "greeter.go": differs });
    expect(error.message).toContain(
      "greeter.go:5:15: Plugin.Greet has the wrong signature: want func(name string) string, have func(int) string",
    );
    expect(error.message).toContain("greeter.go:7:6: type Store has no method `Get(key string) *string`");
    expect(error.findings).toHaveLength(2);
    const absent = await failure({ "plugin.wit": wit, "greeter.go": greeter.replaceAll("Store", "Shop") });
    expect(absent.message).toContain(
      "greeter.go:1:1: missing `type Store`: declare it with method `Get(key string) *string`",
    );
  });

  it("names identifiers that the bindings already have", async () => {
    const error = await failure({ "plugin.wit": wit, "greeter.go": `${greeter}\ntype Result int\n` });
    expect(error.message).toContain("greeter.go:11:6: Result");
    expect(error.message).toContain("choose another name");
  });

  it("can be cancelled", async () => {
    await write({ "plugin.wit": wit, "greeter.go": `${greeter}// given up\n` });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(builder.build(await readArtifact(folder), { signal })).rejects.toMatchObject({
      code: "TENON_LOAD_DEADLINE",
    });
  });
});

needs(missing.go()).describe("packages other than main", () => {
  it("are rejected", async () => {
    const error = await failure({
      "plugin.wit": wit,
      "greeter.go": greeter.replace("package main", "package greeter"),
    });
    expect(error).toMatchObject({
      code: "TENON_SOURCE_INVALID",
      message: expect.stringContaining("greeter.go:1:1: expected package main, found package greeter"),
    });
  });
});
