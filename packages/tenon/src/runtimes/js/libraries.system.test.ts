import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { largePackage } from "@tenon/fixtures/large-package";
import { contract, createHost, type OpenOptions, t } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileBuilder } from "../../builders/testing/build-file.mjs";

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const host = createHost();
let folder: string;
let count = 0;

/** Large enough to be a script of its own. */
const filling = `function fill() {\n${'  "filled with text that is in no other file";\n'.repeat(500)}}\n`;
const library = `"use strict";
var count = 0;
${filling}exports.next = function next() { count += 1; return "ü" + count + typeof this + process.argv0.slice(0, 0); };
exports.fails = function fails() { throw new Error("from the library"); };
`;

const files: Record<string, string> = {
  "node_modules/large/package.json": '{"name": "large", "version": "1.0.0"}',
  "node_modules/large/index.js": library,
  "other/node_modules/large/package.json": '{"name": "large", "version": "1.0.0"}',
  "other/node_modules/large/index.js": library,
  "node_modules/modern/package.json": '{"name": "modern", "version": "1.0.0", "type": "module"}',
  "node_modules/modern/index.js": `${filling}export const next = () => "modern";`,
  "node_modules/links/package.json": '{"name": "links", "version": "1.0.0"}',
  "node_modules/links/index.js": `${filling}exports.next = () => require("./other.js") + __dirname.length * 0;`,
  "node_modules/links/other.js": 'module.exports = "linked";',
  "node_modules/broken/package.json": '{"name": "broken", "version": "1.0.0"}',
  "node_modules/broken/index.js": `${filling}let x = ;`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-libraries-"));
  await write(files);
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(all: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function open(source: string, options: OpenOptions = {}, within = ".") {
  const name = join(within, `p${++count}.mjs`);
  await write({ [name]: source });
  return host.open(join(folder, name), one, options);
}

async function scriptOf(source: string, within = ".") {
  const name = join(within, `p${++count}.mjs`);
  await write({ [name]: source });
  return (await fileBuilder()(join(folder, name))).script;
}

const importing = (name: string) => `import { next } from "${name}"; export const run = () => next();`;

describe.each(["inline", "worker", "process"] as const)("in the place %s", (place) => {
  test("each plugin has its own instance of a large file of a package", async () => {
    const [first, second] = [await open(importing("large"), { place }), await open(importing("large"), { place })];
    const answers = [await first.exports.run(""), await first.exports.run(""), await second.exports.run("")];
    expect(answers).toEqual(["ü1undefined", "ü2undefined", "ü1undefined"]);
    await first.close();
    await second.close();
  });

  test("a stack shows the file of the package, and its line", async () => {
    const plugin = await open('import { fails } from "large"; export const run = () => fails();', { place });
    const line = library.split("\n").findIndex((text) => text.includes("function fails")) + 1;
    await expect(plugin.exports.run("")).rejects.toMatchObject({
      code: "TENON_CALL_THREW",
      pluginStack: expect.stringMatching(
        new RegExp(`node_modules/large/index\\.js:${line}:\\d+\\)?\\n(?:.*\\n)*.*p\\d+\\.mjs:1`),
      ),
    });
    await plugin.close();
  });
});

test("plugins share the code of a file, also if it is installed more than once", async () => {
  const [first, second] = [await scriptOf(importing("large")), await scriptOf(importing("large"), "other")];
  const [one, other] = [first.libraries?.[0], second.libraries?.[0]];
  expect(one?.token).toMatch(/^tenon-library:[0-9a-f]{64}$/);
  expect([other?.token, other?.name, other?.code]).toEqual([one?.token, one?.name, one?.code]);
  for (const { code } of [first, second]) expect(code).not.toContain("filled with text");
});

test.each([
  ["an ES module", "modern", "modern"],
  ["a file that requires another", "links", "linked0"],
])("%s is bundled", async (_what, name, answer) => {
  expect((await scriptOf(importing(name))).libraries).toBeUndefined();
  const plugin = await open(importing(name));
  expect(await plugin.exports.run("")).toBe(answer);
  await plugin.close();
});

test("a file that does not compile is reported where it is wrong", async () => {
  await expect(open(importing("broken"))).rejects.toMatchObject({
    code: "TENON_SYNTAX",
    message: expect.stringContaining("broken/index.js:503:9"),
  });
});

test("a cached build has its libraries, and each library is cached once", async () => {
  const cacheFolder = join(folder, `cache-${++count}`);
  const build = async (name: string) => fileBuilder({ cacheFolder })(join(folder, name));
  const [one, other] = [`p${++count}.mjs`, `p${++count}.mjs`] as const;
  await write({ [one]: importing("large"), [other]: importing("large") });
  const built = await build(one);
  expect(await readdir(join(cacheFolder, "typescript"))).toHaveLength(2);
  expect(await build(one)).toEqual({ ...built, cached: true });
  expect(built.script.libraries).toHaveLength(1);
  expect((await build(other)).script.libraries).toEqual(built.script.libraries);
  expect(await readdir(join(cacheFolder, "typescript"))).toHaveLength(3);
});

test.each([
  ["bundled", {}],
  ["external", { external: ["many"] }],
])("each plugin with a large package adds at most 100 KiB to the heap if it is %s", async (_what, options) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const heap = async () => {
    for (let round = 0; round < 6; round++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return process.memoryUsage().heapUsed;
  };
  await write({
    "node_modules/many/package.json": '{"name": "many", "version": "1.0.0"}',
    "node_modules/many/index.js": largePackage(500),
  });
  const source = 'import many from "many"; export const run = (x) => many.f1(x);';
  const openAll = async (number: number) => {
    const plugins = [];
    for (let index = 0; index < number; index++) plugins.push(await open(source, options));
    return plugins;
  };
  // The memory cache of builds is full then.
  const first = await openAll(64);
  const before = await heap();
  const plugins = await openAll(50);
  expect((await heap()) - before).toBeLessThan(50 * 100 * 1024);
  expect(await plugins[0]?.exports.run("x")).toBe("ü1x");
  await Promise.all([...first, ...plugins].map((plugin) => plugin.close()));
});
