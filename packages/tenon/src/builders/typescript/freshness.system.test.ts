import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileBuilder, withoutCached } from "../testing/build-file.mjs";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-fresh-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

/** Files that have not changed for a while: their metadata proves that. */
async function write(files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
    await utimes(join(folder, name), 1, 1);
  }
}

const one = 'export const a = "one";';
const two = 'export const a = "two";';
const entry = (specifier: string) => `import { a } from "${specifier}"; export const run = () => a;`;
const large = (text: string) => `exports.a = "${text}";\n${"// fill ".repeat(20)}\n${"var x;".repeat(4000)}`;

/** The files of a plugin whose entry is `sub/p.ts`, and a change after which another module, or another setting, counts. */
const changes: readonly (readonly [what: string, before: Files, after: Files])[] = [
  ["a file has changed", { "sub/p.ts": entry("./a.js"), "sub/a.ts": one }, { "sub/a.ts": two }],
  ["a file with an extension that comes first", { "sub/p.ts": entry("./a"), "sub/a.js": one }, { "sub/a.ts": two }],
  ["a file with the extension as written", { "sub/p.ts": entry("./a.js"), "sub/a.ts": one }, { "sub/a.js": two }],
  ["a file in place of a folder", { "sub/p.ts": entry("./a"), "sub/a/index.js": one }, { "sub/a.js": two }],
  [
    "a folder's package.json",
    { "sub/p.ts": entry("./a"), "sub/a/index.js": one, "sub/a/two.js": two },
    { "sub/a/package.json": '{"main": "./two.js"}' },
  ],
  [
    "a file that another file imports",
    { "sub/p.ts": entry("./a"), "sub/a.ts": 'export * from "../b";', "b.js": one },
    { "b.ts": two },
  ],
  [
    "the main file of a package",
    {
      "sub/p.ts": entry("dep"),
      "node_modules/dep/package.json": '{"main": "1.js"}',
      "node_modules/dep/1.js": one,
      "node_modules/dep/2.js": two,
    },
    { "node_modules/dep/package.json": '{"main": "2.js"}' },
  ],
  [
    "a package that is nearer",
    { "sub/p.ts": entry("dep"), "node_modules/dep/index.js": one },
    { "sub/node_modules/dep/index.js": two },
  ],
  [
    "a package that is nearer, beside others",
    { "sub/p.ts": entry("dep"), "node_modules/dep/index.js": one, "sub/node_modules/other/index.js": "" },
    { "sub/node_modules/dep.js": two },
  ],
  [
    "a large package that is nearer",
    {
      "sub/p.ts": entry("dep"),
      "node_modules/dep/package.json": '{"version": "1.0.0"}',
      "node_modules/dep/index.js": large("one"),
    },
    { "sub/node_modules/dep/package.json": '{"version": "1.0.0"}', "sub/node_modules/dep/index.js": large("two") },
  ],
  [
    "what a package imports",
    {
      "sub/p.ts": entry("dep"),
      "node_modules/dep/index.js": 'export * from "more";',
      "node_modules/more/index.js": one,
    },
    { "node_modules/dep/node_modules/more/index.js": two },
  ],
  [
    "the imports of a package.json above",
    { "sub/p.ts": entry("#a"), "package.json": '{"imports": {"#a": "./1.js"}}', "1.js": one, "2.js": two },
    { "package.json": '{"imports": {"#a": "./2.js"}}' },
  ],
  [
    "a package.json between",
    { "sub/p.ts": entry("#a"), "package.json": '{"imports": {"#a": "./1.js"}}', "1.js": one, "sub/2.js": two },
    { "sub/package.json": '{"imports": {"#a": "./2.js"}}' },
  ],
  [
    "the paths of a tsconfig.json above",
    {
      "sub/p.ts": entry("lib"),
      "tsconfig.json": '{"compilerOptions": {"paths": {"lib": ["./1.ts"]}}}',
      "1.ts": one,
      "2.ts": two,
    },
    { "tsconfig.json": '{"compilerOptions": {"paths": {"lib": ["./2.ts"]}}}' },
  ],
  [
    "the paths of a tsconfig.json that another extends",
    {
      "sub/p.ts": entry("lib"),
      "tsconfig.json": '{ /* all */ "extends": "./base" }',
      "base.json": '{"compilerOptions": {"paths": {"lib": ["./1.ts"]}}}',
      "1.ts": one,
      "2.ts": two,
    },
    { "base.json": '{"compilerOptions": {"paths": {"lib": ["./2.ts"]}}}' },
  ],
  [
    "what the paths of a tsconfig.json lead to first",
    {
      "sub/p.ts": entry("@/lib"),
      "tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./one/*", "./two/*"]}}}',
      "two/lib.ts": one,
    },
    { "one/lib.ts": two },
  ],
  [
    "what baseUrl leads to before packages",
    {
      "sub/p.ts": entry("dep"),
      "tsconfig.json": '{"compilerOptions": {"baseUrl": "./base",}}',
      "node_modules/dep/index.js": one,
    },
    { "base/dep.ts": two },
  ],
  [
    "a tsconfig.json that is nearer",
    { "sub/p.ts": entry("dep"), "node_modules/dep/index.js": one, "sub/2.ts": two },
    { "sub/tsconfig.json": '{"compilerOptions": {"paths": {"dep": ["./2.ts"]}}}' },
  ],
  [
    "a setting of a tsconfig.json above",
    { "sub/p.tsx": "export const run = () => <a />;", "tsconfig.json": '{"compilerOptions": {"jsxFactory": "one"}}' },
    { "tsconfig.json": '{"compilerOptions": {"jsxFactory": "two"}}' },
  ],
];

describe.each(changes)("another build is made: %s", (_, before, after) => {
  const path = () => join(folder, "sub/p.tsx" in before ? "sub/p.tsx" : "sub/p.ts");

  test("in the same process", async () => {
    await write(before);
    const builder = fileBuilder();
    // What was written just now may not be what the build has seen: it is built again until that is certain.
    let first = await builder(path());
    const isKept = async (last = first) => {
      first = await builder(path());
      return first.script === last.script;
    };
    await expect.poll(() => isKept()).toBe(true);
    await write(after);
    const second = await builder(path());
    expect(withoutCached(second)).not.toEqual(withoutCached(first));
    expect(second).toEqual(await fileBuilder()(path()));
  });

  test("with a cache folder", async () => {
    await write(before);
    const cacheFolder = join(folder, "cache");
    const first = await fileBuilder({ cacheFolder })(path());
    expect(await fileBuilder({ cacheFolder })(path())).toEqual({ ...first, cached: true });
    await write(after);
    expect(await fileBuilder({ cacheFolder })(path())).toEqual(await fileBuilder()(path()));
  });
});
