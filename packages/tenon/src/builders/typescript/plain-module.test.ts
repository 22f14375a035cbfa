import { createRequire } from "node:module";
import { inspect } from "node:util";
import { compileFunction } from "node:vm";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { describe, expect, test } from "vitest";
import { sameMap } from "../../runtime/same-map.js";
import { type ScriptFunction, scriptParameters, sourceMapOf } from "../../runtime/script.js";
import { copyNames } from "../../runtimes/js/namespaces.js";
import { plainModule } from "./plain-module.js";

const targetOf = (specifier: string) =>
  specifier.startsWith("node:") ? { token: specifier, mayBeConverted: false } : undefined;

function isPlain(text: string): boolean {
  return plainModule(text, targetOf) !== undefined;
}

/** What a module exports, or what it throws, as text; errors with their places. */
interface Seen {
  readonly [name: string]: string;
}

/** Runs a module as a plugin runs. */
function asScript(text: string): Seen | undefined {
  const plain = plainModule(text, targetOf);
  if (plain === undefined) return undefined;
  const map = new TraceMap(sourceMapOf({ code: plain.code, map: sameMap("file:///plugin.mjs", plain.shift) }));
  const place = (line: number, column: number) => {
    const found = originalPositionFor(map, { line, column: column - 1 });
    return found.line === null ? "nowhere" : `${found.line}:${found.column + 1}`;
  };
  const module = { exports: {} as Record<string, unknown> };
  const scope: Record<string, unknown> = { require: createRequire(import.meta.url), module, __tenon_copy: copyNames };
  try {
    const run = compileFunction(plain.code, [], { filename: "plain.cjs" })() as ScriptFunction;
    run.call(module.exports, ...scriptParameters.map((name) => scope[name] ?? Reflect.get(globalThis, name)));
  } catch (thrown) {
    return { threw: String(thrown) };
  }
  const { __esModule, ...names } = Object.getOwnPropertyDescriptors(module.exports);
  expect(Object.keys(names)).toEqual(plain.exports);
  return seen(module.exports, plain.exports, place);
}

let modules = 0;

/** Runs a module as Node does. */
async function asModule(text: string): Promise<Seen> {
  try {
    const url = `data:text/javascript;number=${++modules},${encodeURIComponent(text)}`;
    const namespace = (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
    return seen(namespace, Object.keys(namespace).sort(), (line, column) => `${line}:${column}`);
  } catch (thrown) {
    return { threw: String(thrown) };
  }
}

function seen(exported: object, names: readonly string[], place: (line: number, column: number) => string): Seen {
  const shown = (value: unknown) => inspect(value, { depth: 3 }).replace(/(?:\n|\s+at )[\s\S]*/, "");
  const called = (value: unknown): string => {
    if (typeof value !== "function" || /^class\b/.test(Function.prototype.toString.call(value))) return "";
    try {
      return ` ${value.name} returns ${shown(value())}`;
    } catch (thrown) {
      const { message, stack } = thrown as Error;
      const [, line, column] = /(?:plain\.cjs|data:\S*?):(\d+):(\d+)\)?$/m.exec(String(stack)) ?? [];
      const where = line === undefined ? "" : ` at ${place(Number(line), Number(column))}`;
      return ` ${value.name} throws ${message}${where}`;
    }
  };
  return Object.fromEntries(
    names.map((name) => {
      try {
        const value: unknown = Reflect.get(exported, name);
        return [name, shown(value) + called(value) + called((value as { f?: unknown } | undefined)?.f)];
      } catch (thrown) {
        return [name, String(thrown)];
      }
    }),
  );
}

// An at sign stands for a dollar: the linter takes `${…}` in a string for a mistake.
describe("a plain module does what it does in Node:", () => {
  test.each([
    ["constants and functions", "export const a = 1;\nexport function f() { throw new Error('f') }\nexport class C {}"],
    ["an error in the first line", "export const f = () => { throw new Error('first') }; export default { f };"],
    [
      "asynchronous functions",
      "export async function f() { await 1 }\nexport function* g() {}\nexport const h = async (x) => await x;",
    ],
    ["a list of exports", "let a = 1, b = 2; const c = 3\nexport { a, c as if }\n;(() => { a = 5 })()"],
    ["a variable that changes", "export let n = 0; export const f = () => ++n; f();"],
    ["a default export", "export default { f() { throw new Error('default') } }\nexport const other = 1"],
    ["a default function", "export default function named() { return typeof named }"],
    [
      "the imports of Node's modules",
      "import path, { sep as s } from 'node:path'; import * as all from \"node:os\"\nimport 'node:fs'\nexport const a = path.sep + s + typeof all.EOL + typeof all.default",
    ],
    [
      "words in comments, strings, templates and regular expressions",
      "// export const x = 1\n/* import y from 'z' */ export const a = 'export {' + `import @{ `}@{\"export default\"}` } }` + /[/`]export '/.source /* \n */\nexport const f = () => { throw new Error(a) }",
    ],
    [
      "strict code",
      "export const f = () => { try { undeclared = 1 } catch { return 'strict' } }; if (f) { function inner() {} }\nexport const t = typeof inner",
    ],
    ["no this", "export const a = typeof this, b = 1; export { b };".replace(", b = 1; export { b }", "")],
    ["a hashbang", "#!/usr/bin/env node\nexport const f = () => { throw new Error('third') }"],
    [
      "functions that are used before they are declared",
      "export const a = g(); function g() { return 1 }\nexport { g }",
    ],
    [
      "its own names for what a script has",
      "const process = 1; class Object2 {} function setTimeout() { return 3 } var Object = 4; export const f = () => [process, setTimeout(), Object]",
    ],
    ["an exception", "export const a = 1; throw new RangeError('top')"],
    ["a variable that is not set yet", "export const a = b; let b = 1;"],
    ["division", "const a = 8, g = 2; export const b = a / (g) / 2, c = 1".replace(", c = 1", "")],
  ])("%s", async (_what, text) => {
    const source = text.replaceAll("@", "$");
    const found = asScript(source);
    expect(found).toBeDefined();
    expect(found).toEqual(await asModule(source));
  });
});

test.each([
  ["no export", "const a = 1"],
  ["await", "export const a = await (1)"],
  ["await in a function that is not asynchronous", "export function f() { await (1) }"],
  ["import()", "export const f = () => import('node:fs')"],
  ["import.meta", "export const f = () => import.meta.url"],
  ["require", "export const f = () => require('node:fs')"],
  ["export *", "export * from 'node:fs'"],
  ["an export from another module", "export { join } from 'node:path'"],
  ["two variables in one export", "export const a = 1, b = 2"],
  ["two variables in one export, on two lines", "export const a = [1]\n  .map(String), b = 2"],
  ["a pattern", "export const { a } = { a: 1 }"],
  ["a function without a name", "export default () => 1"],
  ["a class without a name", "export default class extends Array {}"],
  ["an assignment to an import", "import a from 'node:fs'; export const f = () => { a = 1 }"],
  ["an assignment to an import in a pattern", "import a from 'node:fs'; export const f = () => { [{ x: a }] = [] }"],
  ["an import that lacks a name", "import a, from 'node:fs'; export const b = a"],
  ["an unknown module", "import a from './a.js'; export const b = a"],
  ["an import that comes later", "export const a = 1; import 'node:fs'"],
  ["an import with attributes", "import a from 'node:fs' with { type: 'json' }; export const b = a"],
  ["an export of what is not declared", "export { a }"],
  ["an export twice", "export const a = 1; export { a }"],
  ["a function twice", "function f() {} function f() {} export { f }"],
  ["a statement that returns", "export const a = 1; return"],
  ["another text than ASCII", "export const a = 'ä'"],
  ["an escape in a name", "export const \\u0061 = 1"],
  ["an HTML comment", "export const a = 1\n--> 2"],
  ["a source map", "export const a = 1\n//# sourceMappingURL=a.map"],
  ["a slash after a brace", "export const a = {}\n/1/g"],
  ["an export in a statement", "if (1) export var a = 1"],
  ["an end that is missing", "export const a = `${1"],
  ["brackets that would end the script", "export const a = 1 }}} class b { static {{"],
  ["JSX", "export const a = <b />"],
])("a module with %s is left to the bundler", (_what, text) => {
  expect(isPlain(text)).toBe(false);
});

test("a library's default export is a property of a module that was converted", () => {
  const { code = "" } =
    plainModule("import a, { b } from 'large'; export const c = [a, b]", () => ({
      token: "t",
      mayBeConverted: true,
    })) ?? {};
  const run = (module: unknown) => {
    const own = { exports: {} as { c?: unknown } };
    const scope: Record<string, unknown> = { require: () => module, module: own };
    (compileFunction(code)() as ScriptFunction)(...scriptParameters.map((name) => scope[name]));
    return own.exports.c;
  };
  expect(run({ __esModule: true, default: 1, b: 2 })).toEqual([1, 2]);
  expect(run({ default: 1, b: 2 })).toEqual([{ default: 1, b: 2 }, 2]);
  expect(run(null)).toEqual([null, undefined]);
});

const statements = [
  "export const $ = 1",
  "export let $ = a / 2",
  "export var $ = `@{a}`",
  "let $ = 1, w = 2",
  "export function $() { throw new Error('$') }",
  "export async function $() { await a }",
  "export class $ { static x = this }",
  "export default { f() { throw new Error('d') } }",
  "export default function $() { return a }",
  "export default [/,/]",
  "export { a }",
  "export { a as $ }",
  "export {}",
  "a = a + 1",
  "function $() {}",
  "const $ = () => { return typeof this }",
  "export const $ = (() => typeof path)()",
  "[1].map((x) => x / 2)",
  "('$')",
  "if (a) { let b }",
  "// export",
  "/*\n*/",
  "export const $ = { export: 1 }.export",
  "for (const x of []) { a = x }",
  "export const $ = function () { return [this] }",
  "`@{`a@{a}`}`",
  "$: for (;;) break $",
];
const separators = [";\n", "\n", ";", " ", " // end\n", "\r\n"];
const insertions = [
  "",
  "\n",
  ";",
  ",",
  "/",
  "`",
  "{",
  "}",
  "(",
  ")",
  "export ",
  "=",
  "async ",
  "await ",
  "//",
  "'",
  "let ",
  ".",
];

test("whatever is taken for a plain module is one, and does what it does in Node", async () => {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
  const pick = (list: readonly string[]) => list[random(list.length)] ?? "";
  let plain = 0;
  for (let round = 0; round < 3000; round++) {
    let text = `${pick(["", "import path from 'node:path'\n", "import * as path from 'node:path';"])}var a = 3${pick(separators)}`;
    for (let count = random(5); count >= 0; count--)
      text += pick(statements).replaceAll("$", `v${count}`).replaceAll("@", "$") + pick(separators);
    if (round % 2 === 1) {
      const at = random(text.length);
      text = text.slice(0, at) + pick(insertions) + text.slice(at + random(4));
    }
    const found = asScript(text);
    if (found === undefined) continue;
    plain += 1;
    expect([JSON.stringify(text), found]).toEqual([JSON.stringify(text), await asModule(text)]);
  }
  expect(plain).toBeGreaterThan(300);
});
