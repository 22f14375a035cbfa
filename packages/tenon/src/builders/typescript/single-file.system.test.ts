import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { contract, createHost, type OpenOptions, t } from "tenon";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileBuilder } from "../testing/build-file.mjs";

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const host = createHost();
let folder: string;
let count = 0;

const filling = `function fill() {\n${'  "filled with text that is in no other file";\n'.repeat(500)}}\n`;
const library = (name: string) => `${filling}exports.name = () => "${name}"; exports.twice = (x) => x + x;`;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tenon-single-")));
  await write({
    "node_modules/large/package.json": '{"name": "large", "version": "1.0.0"}',
    "node_modules/large/index.js": library("large"),
    "node_modules/large/more.js": library("more"),
    "node_modules/small/package.json": '{"name": "small", "version": "1.0.0"}',
    "node_modules/small/index.js": 'exports.name = () => "small";',
  });
  // A file that was written just now is read again, because its time says nothing.
  await new Promise((resolve) => setTimeout(resolve, 60));
  await build(
    'import large from "large"; import more from "large/more.js"; export const run = () => large.name() + more.name();',
  );
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function build(source: string, name = `p${++count}.mjs`) {
  await write({ [name]: source });
  return (await fileBuilder()(join(folder, name))).script;
}

async function answer(source: string, name = `p${++count}.mjs`, options: OpenOptions = {}): Promise<string> {
  await write({ [name]: source });
  const plugin = await host.open(join(folder, name), one, options);
  try {
    return await plugin.exports.run("x");
  } finally {
    await plugin.close();
  }
}

/** A script that was made of one file, without asking for others, requires a library by its token. */
const isSingle = (script: { readonly code: string }) =>
  /require\("tenon-library:/.test(script.code) && !script.code.includes("__commonJS");

const naming = 'import { name } from "large"; export const run = () => name();';

test.each([
  ["a default import", 'import large from "large"; export const run = () => large.name();', "large"],
  ["an import of names", naming, "large"],
  [
    "an import of everything",
    'import * as all from "large"; export const run = () => Object.keys(all).join();',
    "default,name,twice",
  ],
  [
    "an import of a file of the package",
    'import { name } from "large/more.js"; export const run = () => name();',
    "more",
  ],
  [
    "import.meta",
    'import { twice } from "large"; export const run = () => twice(import.meta.url.slice(0, 5));',
    "file:file:",
  ],
  [
    "one of Node's modules",
    'import { sep } from "node:path"; import { twice } from "large"; export const run = () => twice(sep === "/" ? "a" : "a");',
    "aa",
  ],
])("a file with %s is built alone", async (_what, source, expected) => {
  expect(isSingle(await build(source))).toBe(true);
  expect(await answer(source)).toBe(expected);
});

test("a file in another folder finds the same package", async () => {
  expect(isSingle(await build(naming, "elsewhere/deep/plugin.mjs"))).toBe(true);
});

test.each([
  ["a file of its own", `import "./other.mjs"; ${naming}`],
  ["a small package", `import "small"; ${naming}`],
  ["a part of Tenon", `import { plugin } from "tenon/guest"; export const own = plugin; ${naming}`],
  ["a package in two ways", `import("large").then(() => {}); ${naming}`],
])("a file that imports %s is bundled", async (_what, source) => {
  await write({ "other.mjs": "export {};" });
  expect(isSingle(await build(source))).toBe(false);
  expect(await answer(source)).toBe("large");
});

test("a package that is installed nearer is found", async () => {
  await write({
    "near/node_modules/large/package.json": '{"name": "large", "version": "2.0.0"}',
    "near/node_modules/large/index.js": library("near"),
  });
  expect(await answer(naming, "near/plugin.mjs")).toBe("near");
  await write({ "nearer/node_modules/large/index.js": library("nearer") });
  expect(await answer(naming, "nearer/plugin.mjs")).toBe("nearer");
});

test("a package that has changed is built again", async () => {
  await write({
    "node_modules/changing/package.json": '{"name": "changing", "version": "1.0.0"}',
    "node_modules/changing/index.js": library("first"),
    "node_modules/changing/second.js": library("second"),
  });
  const source = naming.replace("large", "changing");
  expect(await answer(source)).toBe("first");
  await write({
    "node_modules/changing/package.json": '{"name": "changing", "version": "2.0.0", "main": "second.js"}',
  });
  expect(await answer(source)).toBe("second");
  await write({ "node_modules/changing/second.js": library("third") });
  expect(await answer(source)).toBe("third");
});

test("a package that imports itself gets itself", async () => {
  await write({
    "self/package.json": '{"name": "large", "version": "1.0.0", "exports": "./own.js"}',
    "self/own.js": 'exports.name = () => "itself";',
  });
  expect(await answer(naming, "self/plugin.mjs")).toBe("itself");
});

test("what a tsconfig.json says about imports and code counts", async () => {
  await write({
    "paths/tsconfig.json": '{"compilerOptions": {"paths": {"large": ["./mine.ts"]}}}',
    "paths/mine.ts": 'export const name = () => "mine";',
    "fields/tsconfig.json": '{"compilerOptions": {"useDefineForClassFields": false}}',
  });
  expect(await answer(naming, "paths/plugin.ts")).toBe("mine");
  const source = `import { twice } from "large"; class A { get y(): string { return ""; } set y(v: string) { this.z = v; } z = "z"; }
    class B extends A { y = "set"; } export const run = () => twice(new B().z);`;
  expect(isSingle(await build(source, "fields/plugin.ts"))).toBe(true);
  expect(await answer(source, "fields/other.ts")).toBe("setset");
});

test.each(["module", "commonjs"])(
  "the default import of a package is the same in a folder of type %s",
  async (type) => {
    const source = 'import large from "converted"; export const run = () => typeof large + " " + typeof large.default;';
    await write({
      "node_modules/converted/package.json": '{"name": "converted"}',
      "node_modules/converted/index.js": `${filling}Object.defineProperty(exports, "__esModule", { value: true }); exports.default = () => "d";`,
      [`${type}/package.json`]: JSON.stringify({ type }),
      [`${type}/local.js`]: "export {};",
    });
    const bundled = await answer(`import "./local.js"; ${source}`, `${type}/bundled.js`);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await build(`import "./local.js"; ${source}`, `${type}/again.js`);
    expect(isSingle(await build(source, `${type}/single.js`))).toBe(true);
    expect(await answer(source, `${type}/plugin.js`)).toBe(bundled);
    expect(bundled).toBe(type === "module" ? "object function" : "function undefined");
  },
);

test("an external package is the same object for all plugins, and its default export is its module", async () => {
  const source =
    'import large, { name } from "large"; export const run = () => String(large.name === name) + large.count++;';
  await write({ "node_modules/large/index.js": `${library("large")} exports.count = 0;` });
  const options = { external: ["large"] };
  expect(await answer(source, undefined, options)).toBe("true0");
  expect(await answer(source, undefined, options)).toBe("true1");
});

test("an error in the file is reported where it is", async () => {
  await write({ "wrong.mjs": 'import { name } from "large";\nexport const run = () => name(;\n' });
  await expect(host.open(join(folder, "wrong.mjs"), one)).rejects.toMatchObject({
    code: "TENON_SYNTAX",
    message: expect.stringContaining("wrong.mjs:2:31"),
  });
});

test("a stack shows the file and its line", async () => {
  await write({
    "throws.mjs": 'import { name } from "large";\n\nexport const run = () => { throw new Error(name()); };\n',
  });
  const plugin = await host.open(join(folder, "throws.mjs"), one);
  await expect(plugin.exports.run("")).rejects.toMatchObject({
    pluginStack: expect.stringMatching(/throws\.mjs:3:34/),
  });
  await plugin.close();
});

const show = `const show = (x) => typeof x === "function" ? \`f \${Object.keys(x)}\` : typeof x === "object" && x !== null ?
  \`o \${Object.getOwnPropertyNames(x).sort()} \${Object.keys(x)}\` : String(x);`;
const styles: Record<string, (name: string) => string> = {
  default: (name) => `import x from "${name}"; ${show} export const run = () => show(x) + show(x.a);`,
  names: (name) =>
    `import { a, inc } from "${name}"; export const run = () => { const b = a; inc?.(); return String(b) + a; };`,
  both: (name) => `import x, { a } from "${name}"; ${show} export const run = () => show(x) + a;`,
  namespace: (name) =>
    `import * as x from "${name}"; ${show} export const run = () => show(x) + show(x.default) + Object.keys({ ...x }) + ("a" in x);`,
  dynamic: (name) =>
    `${show} export const run = async () => { const x = await import("${name}"); return show(x) + show(x.default) + x.a; };`,
  "re-exports": (name) => `export * from "${name}"; export { default } from "${name}"; export const run = () => "r";`,
  require: (name) => `const x = require("${name}"); ${show} exports.run = () => show(x) + x.a;`,
};
const modules: Record<string, string> = {
  plain: "exports.a = 1; exports.inc = () => { exports.a++; }; Object.defineProperty(exports, 'hidden', { value: 3 });",
  function: "module.exports = function f() {}; module.exports.a = 5; module.exports.default = 6;",
  converted: "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 7; exports.a = 8;",
  class: "module.exports = class A { static a = 9; };",
  scope: "exports.a = [typeof this, typeof module.exports, typeof process.exit, typeof setTimeout].join();",
};

test.each(["bundled", "external"])(
  "a file answers the same whether it is built alone or not: packages are %s",
  async (how) => {
    const name = (module: string) => `${how}-${module}`;
    for (const [module, code] of Object.entries(modules))
      await write({
        [`node_modules/${name(module)}/package.json`]: JSON.stringify({ name: name(module) }),
        [`node_modules/${name(module)}/index.js`]: filling + code,
      });
    await write({ "nothing.mjs": "" });
    await new Promise((resolve) => setTimeout(resolve, 60));
    const options = how === "external" ? { external: Object.keys(modules).map(name) } : {};
    for (const module of [...Object.keys(modules).map(name), "node:path", "timers"])
      for (const [style, make] of Object.entries(styles))
        for (const extension of style === "require" ? ["js"] : ["mjs", "ts"]) {
          const source = make(module);
          const other = style === "require" ? 'require("./nothing.mjs");' : 'import "./nothing.mjs";';
          const file = () => `p${++count}.${extension}`;
          // What the first asks for increases a counter of an external module.
          const expected = await answer(other + source, file(), options);
          const seen = await answer(source, file(), options);
          const plain = (text: string) => text.replace(/\d+/g, "#");
          expect(plain(seen), `${module}, ${style}, .${extension}`).toBe(plain(expected));
        }
  },
);
