import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scriptParameters } from "../../runtime/script.js";
import { fileBuilder, withoutCached } from "../testing/build-file.mjs";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-build-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Does what the runtime's function does, in the simplest way. */
function copyNames(to: object, from: any, except?: string): object {
  for (const name of Object.getOwnPropertyNames(from ?? {}))
    if (!Object.hasOwn(to, name) && name !== except) Object.defineProperty(to, name, { get: () => from[name] });
  return to;
}

/** Runs a built script with a bare scope: what the runtime does, without its stand-ins. */
function run(code: string): any {
  const module = { exports: {} as any };
  const meta = (path: string) => ({ url: `file://${path}`, filename: path, dirname: join(path, "..") });
  const scope: Record<string, unknown> = {
    ...globalThis,
    exports: module.exports,
    module,
    require: (id: string) => process.getBuiltinModule(id.replace(/^node:/, "")),
    process,
    console,
    __tenon_module: meta,
    __tenon_meta: meta("entry"),
    __tenon_copy: copyNames,
  };
  compileFunction(code)().call(module.exports, ...scriptParameters.map((name) => scope[name]));
  return module.exports;
}

const build = async (name: string, options = {}) => withoutCached(await fileBuilder(options)(join(folder, name)));

describe("a bundle", () => {
  test("is one script made of TypeScript, ES modules, CommonJS, JSON and packages", async () => {
    await write({
      "index.ts": `import { two } from "./two.js"; import three from "./three.cjs"; import data from "./data.json";
        import { five } from "five"; import { sep } from "node:path";
        export const sum: number = two + three.three + data.four + five; export { sep };`,
      "two.ts": "export enum Numbers { two = 2 } export const two: number = Numbers.two;",
      "three.cjs": "exports.three = 3;",
      "data.json": '{"four": 4}',
      "node_modules/five/package.json": '{"name": "five", "main": "lib.js"}',
      "node_modules/five/lib.js": "module.exports.five = 5;",
    });
    const built = await build("index.ts");
    expect(run(built.script.code)).toMatchObject({ sum: 14, sep: "/" });
    expect(built.exports).toEqual(["sep", "sum"]);
    expect(built.inputs.map((input) => input.slice(folder.length + 1)).sort()).toEqual([
      "data.json",
      "index.ts",
      "node_modules/five/lib.js",
      "three.cjs",
      "two.ts",
    ]);
    expect(built.fingerprint).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("of ES modules is strict, as they are, and one with other files is not", async () => {
    const strict =
      "(() => { try { undeclared = 1; delete globalThis.undeclared; return false } catch { return true } })()";
    await write({
      "strict.ts": `import { other } from "./strict-other.mjs"; export const found = [${strict}, other];`,
      "strict-other.mjs": `export const other = ${strict};`,
      "mixed.mjs": `import other from "./mixed.cjs"; export { other };`,
      "mixed.cjs": `module.exports = ${strict};`,
    });
    expect(run((await build("strict.ts")).script.code).found).toEqual([true, true]);
    expect(run((await build("mixed.mjs")).script.code).other).toBe(false);
  });

  test("gives every file its own import.meta, __dirname and __filename, even if the file declares them itself", async () => {
    await write({
      "index.mjs": `import { nested } from "./sub/nested.mjs"; import common from "./sub/common.cjs"; import own from "./own.mjs";
        export const here = [import.meta.url, import.meta.dirname, import.meta.filename]; export { nested, common, own };`,
      "sub/nested.mjs": "#!/usr/bin/env node\nexport const nested = import.meta.url;",
      "sub/common.cjs": `// first\n"use strict";\nmodule.exports = [__dirname, __filename, (function () { return this; })() === undefined];`,
      "own.mjs": "const __dirname = new URL('.', import.meta.url).pathname; export default __dirname;",
    });
    const { here, nested, common, own } = run((await build("index.mjs")).script.code);
    expect(here).toEqual([`file://${folder}/index.mjs`, folder, `${folder}/index.mjs`]);
    expect(nested).toBe(`file://${folder}/sub/nested.mjs`);
    expect(common).toEqual([`${folder}/sub`, `${folder}/sub/common.cjs`, true]);
    expect(own).toBe(`${folder}/`);
  });

  test("lets a plugin declare the names of the script's parameters, and import Tenon without node_modules", async () => {
    await write({
      "index.ts": `import { plugin } from "tenon/guest"; import { contract, t } from "tenon/contract";
        const setTimeout = 1, module_ = 2; const console = { setTimeout, module_ };
        export default plugin(contract("a:b@1.0.0", { exports: { f: t.func([]) } }), { f() {} }); export { console };`,
    });
    const built = await build("index.ts");
    const { default: descriptor, console: own } = run(built.script.code);
    expect(own).toEqual({ setTimeout: 1, module_: 2 });
    expect(descriptor.contract.id).toBe("a:b@1.0.0");
    expect(descriptor[Symbol.for("tenon.plugin")]).toBe(true);
    expect(built.exports).toEqual(["console", "default"]);
  });

  test("leaves a native module to require, by its path", async () => {
    await write({ "index.cjs": `exports.load = () => require("./build/addon.node");`, "build/addon.node": "\x7fELF" });
    const built = await build("index.cjs");
    expect(built.script.code).toContain(join(folder, "build/addon.node"));
  });

  test.each([
    ["export * from './other.mjs'", ["one", "two"]],
    ["export const a = 1; export { a as 'odd name' }; export default 1;", ["a", "default", "odd name"]],
    ["export {}", []],
    ["export const größe = 1, 名前 = 2; export { größe as '\\t😀' };", ["\t😀", "größe", "名前"]],
    ["export * from './common.cjs'", undefined],
  ])("the exports of %j are known to be %j", async (text, expected) => {
    await write({
      "index.mjs": text,
      "other.mjs": "export const one = 1; export function two() {}",
      "common.cjs": "exports.x = 1",
    });
    expect((await build("index.mjs")).exports).toEqual(expected);
  });

  test("does not know the exports of a CommonJS entry", async () => {
    await write({ "index.js": "exports.greet = () => 1;" });
    expect((await build("index.js")).exports).toBeUndefined();
  });
});

describe("a build fails for", () => {
  const failing: [name: string, files: Record<string, string>, code: string, message: string, fix?: string][] = [
    ["a syntax error", { "p.ts": "const a = 1;\n\tlet x = ;\n" }, "TENON_SYNTAX", "p.ts:2:10: "],
    [
      "a syntax error in an imported file",
      { "p.ts": 'import "./q.js"', "q.js": "let x = ;" },
      "TENON_SYNTAX",
      "q.js:1:9: ",
    ],
    [
      "a syntax error after import.meta on the first line",
      { "p.mjs": "import.meta.url; let x = ;" },
      "TENON_SYNTAX",
      "p.mjs:1:26: ",
    ],
    [
      "an unresolved file",
      { "p.ts": 'import "./gone.js"' },
      "TENON_BUILD_FAILED",
      'Could not resolve "./gone.js"',
      "Create",
    ],
    [
      "an unresolved package",
      { "p.ts": 'import "@no/such/deep"' },
      "TENON_BUILD_FAILED",
      'Could not resolve "@no/such/deep"',
      "npm install @no/such)",
    ],
    [
      "await at top level",
      { "p.mjs": "await 1;" },
      "TENON_BUILD_FAILED",
      "p.mjs:1:1: code that is bundled cannot use await",
      "activate",
    ],
    ["an asset", { "p.js": 'import "./a.bin"', "a.bin": "x" }, "TENON_BUILD_FAILED", "No loader", "readFileSync"],
    [
      "a missing export",
      { "p.mjs": 'import { a } from "./q.mjs"; a()', "q.mjs": "export const b = 1" },
      "TENON_BUILD_FAILED",
      'No matching export in "q.mjs" for import "a"',
      "Correct",
    ],
    ["a missing file", { "q.js": "1" }, "TENON_BUILD_FAILED", "p.js"],
    [
      "a missing part of Tenon",
      { "p.ts": 'import "tenon/nonsense"' },
      "TENON_BUILD_FAILED",
      'Could not resolve "tenon/nonsense"',
    ],
  ];
  test.each(failing)("%s", async (_, files, code, message, fix = "") => {
    await write(files);
    const entry = Object.keys(files).find((name) => name.startsWith("p.")) ?? "p.js";
    const error = await build(entry).then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.fix.text).toContain(fix);
  });

  test("a syntax error, and shows its position with a caret", async () => {
    await write({ "p.ts": "const ok = 1;\nconst ä = [1, 2;\n" });
    await expect(build("p.ts")).rejects.toMatchObject({
      message: `${folder}/p.ts:2:16: Expected "]" but found ";"\n  const ä = [1, 2;\n  ${" ".repeat(15)}^`,
      subject: `${folder}/p.ts`,
    });
  });

  test("an imported pipe, which does not block it", async () => {
    await write({ "p.js": 'import "./pipe.js"' });
    execFileSync("mkfifo", [join(folder, "pipe.js")]);
    await expect(build("p.js")).rejects.toMatchObject({
      code: "TENON_BUILD_FAILED",
      message: expect.stringContaining("not a regular file"),
    });
  });

  test("a cancelled signal, immediately and with its reason", async () => {
    await write({ "p.js": "exports.a = 1" });
    const builder = fileBuilder();
    await expect(builder(join(folder, "p.js"), AbortSignal.abort())).rejects.toMatchObject({
      code: "TENON_LOAD_DEADLINE",
    });
  });
});

describe("the cache", () => {
  test("reuses a build until an input changes, however quickly and with whatever timestamp", async () => {
    await write({ "p.ts": 'import { a } from "./a.js"; export const b = a;', "a.ts": "export const a = 1;" });
    const builder = fileBuilder();
    const entry = join(folder, "p.ts");
    const [first, second] = await Promise.all([builder(entry), builder(entry)]);
    expect(second).toBe(first);
    expect(first.cached).toBe(false);
    const again = await builder(entry);
    expect([again.script, again.cached]).toEqual([first.script, true]);
    expect(again.script).toBe(first.script);
    await write({ "a.ts": "export const a = 2;" });
    await utimes(join(folder, "a.ts"), 1, 1);
    const third = await builder(entry);
    expect(run(third.script.code).b).toBe(2);
    expect(third.fingerprint).not.toBe(first.fingerprint);
    expect(third.script.name).not.toBe(first.script.name);
  });

  test("does not build again a file that was only touched", async () => {
    await write({ "p.ts": "export const b = 1;" });
    const builder = fileBuilder();
    const first = await builder(join(folder, "p.ts"));
    await utimes(join(folder, "p.ts"), new Date(), new Date());
    expect((await builder(join(folder, "p.ts"))).script).toBe(first.script);
  });

  test("builds the TypeScript files that are started as threads, and watches what they import", async () => {
    await write({
      "p.ts": `import * as threads from "node:worker_threads";
        // new Worker(new URL("./missing.ts", import.meta.url))
        export const start = () => new threads.Worker(new URL("./w.ts", import.meta.url));`,
      "w.ts": 'import { b } from "./b.ts"; export const file: string = import.meta.url + b;',
      "b.ts": "export const b: number = 1;",
    });
    const builder = fileBuilder();
    const path = join(folder, "p.ts");
    const first = await builder(path);
    expect(first.script.workers?.map(({ file }) => file)).toEqual([join(folder, "w.ts")]);
    expect(first.inputs).toEqual(expect.arrayContaining(["p.ts", "w.ts", "b.ts"].map((name) => join(folder, name))));
    await write({ "b.ts": "export const b: number = 2;" });
    const second = await builder(path);
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect(second.script.code).toBe(first.script.code);
    await write({ "b.ts": "export const b = ;" });
    await expect(builder(path)).rejects.toMatchObject({ code: "TENON_SYNTAX", subject: join(folder, "b.ts") });
  });

  test("builds the threads that a thread starts, at any depth, each once", async () => {
    const starts = (...files: string[]) =>
      `import { Worker } from "node:worker_threads";
      export const start = () => [${files.map((file) => `new Worker(new URL("./${file}", import.meta.url))`).join(", ")}];`;
    await write({
      "p.ts": starts("b.ts"),
      "b.ts": starts("c.ts"),
      "c.ts": `${starts("a.ts", "b.ts")} export const self = () => new Worker(new URL("./c.ts", import.meta.url));`,
      "a.ts": 'import { x } from "./x.ts"; export const a: number = x;',
      "x.ts": "export const x: number = 1;",
    });
    const builder = fileBuilder();
    const first = await builder(join(folder, "p.ts"));
    expect(first.script.workers?.map(({ file }) => file)).toEqual(
      ["a.ts", "b.ts", "c.ts"].map((name) => join(folder, name)),
    );
    expect(first.inputs).toContain(join(folder, "x.ts"));
    await write({ "x.ts": "export const x: number = 2;" });
    expect((await builder(join(folder, "p.ts"))).fingerprint).not.toBe(first.fingerprint);
  });

  test("reports decorators whose metadata tsconfig.json asks for, also in a folder above", async () => {
    const decorated = "const d: any = () => {}; export class A { @d name!: string }";
    await write({
      "base.json": '{ "compilerOptions": { "experimentalDecorators": true, "emitDecoratorMetadata": true } }',
      "tsconfig.json": '{ "extends": "./base.json" /* as tsc allows */ }',
      "inner/p.ts": `/** @param name */ import "./d.js"; export const b = 1;`,
      "inner/d.ts": decorated,
    });
    const build = fileBuilder();
    const path = join(folder, "inner/p.ts");
    const [finding, ...more] = (await build(path)).notes ?? [];
    expect(finding).toMatchObject({
      code: "TENON_DECORATOR_METADATA",
      severity: "warning",
      subject: join(folder, "inner/d.ts"),
    });
    expect(more).toEqual([]);
    await write({ "tsconfig.json": '{ "compilerOptions": { "experimentalDecorators": true } }' });
    expect((await build(path)).notes).toBeUndefined();
  });

  test("does not keep a failed build", async () => {
    await write({ "p.ts": "export const b = ;" });
    const builder = fileBuilder();
    await expect(builder(join(folder, "p.ts"))).rejects.toMatchObject({ code: "TENON_SYNTAX" });
    await write({ "p.ts": "export const b = 1;" });
    expect(run((await builder(join(folder, "p.ts"))).script.code).b).toBe(1);
  });

  test("with a folder: another builder reads the build, checks it, and replaces damaged files", async () => {
    await write({ "p.ts": "export const b = 1;" });
    const options = { cacheFolder: join(folder, "cache") };
    const first = await build("p.ts", options);
    const cache = join(options.cacheFolder, "typescript");
    const files = await readdir(cache);
    expect(files).toHaveLength(1);
    const file = join(cache, files[0] ?? "");
    expect(await build("p.ts", options)).toEqual(first);
    const stored = await readFile(file);
    const other = Buffer.from(stored.toString("latin1").replace("b = 1", "b = 9"), "latin1");
    for (const damaged of [stored.subarray(0, -10), other, "null", ""]) {
      await writeFile(file, damaged);
      expect(await build("p.ts", options)).toEqual(first);
      expect((await readFile(file)).equals(stored)).toBe(true);
    }
    await write({ "p.ts": "export const b = 2;" });
    expect(run((await build("p.ts", options)).script.code).b).toBe(2);
    expect(await readdir(cache)).toEqual(files);
  });

  test("that cannot be written causes TENON_BUILD_WRITE, and leaves no file", async () => {
    await write({ "p.ts": "export const b = 1;", cache: "this is a file" });
    await expect(build("p.ts", { cacheFolder: join(folder, "cache") })).rejects.toMatchObject({
      code: "TENON_BUILD_WRITE",
      subject: join(folder, "cache"),
    });
    expect(await readFile(join(folder, "cache"), "utf8")).toBe("this is a file");
  });

  test("on a disk that gets full causes TENON_BUILD_WRITE, and leaves no partial file", async () => {
    await write({ "p.ts": `export const b = "${"x".repeat(100_000)}";`, "q.ts": "export const c = 1;" });
    const cacheFolder = join(folder, "cache");
    await build("q.ts", { cacheFolder });
    const before = await readdir(join(cacheFolder, "typescript"));
    const module = (path: string) => JSON.stringify(new URL(`../../../dist/${path}`, import.meta.url).href);
    const program = `import { createTypeScriptBuilder } from ${module("builders/typescript/index.js")};
      process.on("SIGXFSZ", () => {});
      const build = createTypeScriptBuilder({ cacheFolder: ${JSON.stringify(cacheFolder)} });
      await build.build({ manifest: { entry: ${JSON.stringify(join(folder, "p.ts"))} } }).catch(({ code, cause }) => process.stdout.write(code + " " + cause.code));
      process.exit();`;
    // A limit on the size of files fails a write midway, as a full disk does.
    const limited = `ulimit -f 16; exec "$0" --input-type=module -e "$1"`;
    const output = execFileSync("sh", ["-c", limited, process.execPath, program], { encoding: "utf8" });
    expect(output).toMatch(/^TENON_BUILD_WRITE (EFBIG|ENOSPC)$/);
    expect(await readdir(join(cacheFolder, "typescript"))).toEqual(before);
  });
});

describe("a library in the cache", () => {
  test("has one file for all plugins, and is made again if that is missing or damaged", async () => {
    await write({
      "node_modules/large/package.json": '{"name": "large", "version": "1.0.0"}',
      "node_modules/large/index.js": `exports.a = 1;\n${"var unused;".repeat(4000)}`,
      "p.ts": 'import large from "large"; export const b = large.a;',
      "q.ts": 'import large from "large"; export const c = large.a;',
    });
    const cacheFolder = join(folder, "cache");
    const [first, second] = [await build("p.ts", { cacheFolder }), await build("q.ts", { cacheFolder })];
    expect(first.script.libraries).toHaveLength(1);
    const cache = join(cacheFolder, "typescript");
    const files = await readdir(cache);
    const contents = await Promise.all(files.map((name) => readFile(join(cache, name))));
    const libraries = files.filter((_, at) => contents[at]?.includes("var unused;"));
    expect([files.length, libraries.length]).toEqual([3, 1]);
    expect(await build("q.ts", { cacheFolder })).toEqual(second);
    const file = join(cache, libraries[0] ?? "");
    const stored = await readFile(file);
    const other = Buffer.from(stored.toString("latin1").replace("exports.a = 1", "exports.a = 9"), "latin1");
    // Each in a process of its own: this one knows the library.
    const module = JSON.stringify(new URL("../../../dist/builders/typescript/index.js", import.meta.url).href);
    const program = `import { createTypeScriptBuilder } from ${module};
      const builder = createTypeScriptBuilder({ cacheFolder: ${JSON.stringify(cacheFolder)} });
      process.stdout.write((await builder.build({ manifest: { entry: ${JSON.stringify(join(folder, "p.ts"))} } })).script.libraries[0].code);
      process.exit();`;
    for (const damaged of [stored, stored.subarray(0, -10), other, "null", undefined]) {
      if (damaged === undefined) await rm(file);
      else await writeFile(file, damaged);
      const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
      expect(output).toBe(first.script.libraries?.[0]?.code);
      expect((await readFile(file)).equals(stored)).toBe(true);
    }
  });
});
