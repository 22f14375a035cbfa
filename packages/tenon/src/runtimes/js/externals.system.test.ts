import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { contract, createHost, type OpenOptions, t } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const host = createHost();
let folder: string;

const files: Record<string, string> = {
  "package.json": '{"name": "plugin", "dependencies": {"common": "^2.0.0"}}',
  // An ES module that waits at its top level.
  "node_modules/waits/package.json":
    '{"name": "waits", "version": "1.0.0", "type": "module", "exports": {".": {"import": "./i.js"}}}',
  "node_modules/waits/i.js":
    'export const value = await Promise.resolve("waited"); export default "default"; export let n = 0; export const add = () => ++n;',
  "node_modules/common/package.json": '{"name": "common", "version": "2.3.4"}',
  // Node does not find these names without running the module.
  "node_modules/common/index.js":
    'class Common {} const all = { Common, hidden: "hidden" }; globalThis.common = all; module.exports = all;',
  "node_modules/common/deep/file.js": 'module.exports = require("../index.js").hidden + " deep";',
  // As `bindings` does, it looks next to the file that calls it.
  "node_modules/bindings/package.json": '{"name": "bindings", "version": "1.5.0"}',
  "node_modules/bindings/index.js": `const { dirname, join } = require("node:path");
    module.exports = (name) => {
      const prepare = Error.prepareStackTrace;
      Error.prepareStackTrace = (_, sites) => sites;
      const files = new Error().stack.map((site) => site.getFileName());
      Error.prepareStackTrace = prepare;
      return require(join(dirname(files.find((file) => file && file !== __filename)), "build", name));
    };`,
  "node_modules/native/package.json": '{"name": "native", "version": "1.0.0", "dependencies": {"bindings": "^1.5.0"}}',
  "node_modules/native/index.js": 'module.exports = require("bindings")("addon.json");',
  "node_modules/native/build/addon.json": '{"name": "addon"}',
  // The host's own.
  "host/node_modules/common/package.json": '{"name": "common", "version": "2.9.9"}',
  "host/node_modules/common/index.js":
    'class Common {} globalThis.hostCommon = Common; exports.Common = Common; exports.where = "host";',
  "host/old/node_modules/common/package.json": '{"name": "common", "version": "1.0.0"}',
  "host/old/node_modules/common/index.js": 'exports.where = "old";',
  "host/api.mjs":
    "export class Model {}; globalThis.HostModel = Model; globalThis.makeModel = () => new Model(); export default 1;",
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-externals-"));
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

const hosts = (name: string) => pathToFileURL(join(folder, "host", name)).href;
let count = 0;

async function run(source: string, options: OpenOptions, manifest?: object, name = `p${++count}.mjs`): Promise<string> {
  await write({ [name]: source });
  if (manifest !== undefined) await write({ [name.replace(/\.\w+$/, ".tenon.json")]: JSON.stringify(manifest) });
  await using plugin = await host.open(join(folder, name), one, options);
  return plugin.exports.run("x");
}

describe.each(["inline", "worker", "process"] as const)("in the place %s", (place) => {
  test("a package that waits at its top level is loaded by Node if it is external", async () => {
    const source = `import word, { value, n, add } from "waits"; import * as all from "waits";
      export const run = () => { const before = n; add(); return [word, value, n - before, all.value, all.default].join(); }`;
    const expected = "default,waited,1,waited,default";
    expect(await run(source, { place, external: ["waits"] })).toBe(expected);
    expect(await run(source, { place }, { external: ["waits"] })).toBe(expected);
  });

  test("an import() of an external package is Node's own", async () => {
    const source = `export async function run() { const { value, default: word } = await import("waits"); return value + word; }`;
    expect(await run(source, { place, external: ["waits"] })).toBe("waiteddefault");
  });

  test.each([".mjs", ".ts"])(
    "a plugin %s imports the same names from a CommonJS package, bundled or not",
    async (ending) => {
      const source = `import common, { hidden } from "common"; import * as all from "common"; import deep from "common/deep/file.js";
      export const run = () => [hidden, common.hidden, all.hidden, all.default === common, deep].join();`;
      const expected = "hidden,hidden,hidden,true,hidden deep";
      for (const external of [[], ["common"]])
        expect(await run(source, { place, external }, undefined, `c${++count}${ending}`)).toBe(expected);
    },
  );

  test("a package that looks for a native module next to its own files is left to Node without being named", async () => {
    const source = `import addon, { name } from "native"; export const run = () => [addon.name, name, require("native") === addon].join();`;
    expect(await run(source, { place })).toBe("addon,addon,true");
  });

  test("a shared module is the host's copy", async () => {
    const source = `import { where } from "common"; export const run = () => where;`;
    const shared = { common: hosts("node_modules/common/index.js") };
    expect(await run(source, { place, shared })).toBe("host");
  });
});

test("inline, instanceof holds for the host's classes", async () => {
  const source = `import { Model } from "app/api"; import { Common } from "common";
    class Note extends Model {}
    globalThis.pluginNote = new Note();
    export const run = () => [Model === globalThis.HostModel, globalThis.makeModel() instanceof Model,
      new Common() instanceof globalThis.hostCommon].join();`;
  await import(hosts("api.mjs"));
  const shared = { "app/api": hosts("api.mjs"), common: hosts("node_modules/common/index.js") };
  expect(await run(source, { shared })).toBe("true,true,true");
  const { pluginNote, HostModel } = globalThis as any;
  expect(pluginNote).toBeInstanceOf(HostModel);
});

describe("a shared package is refused", () => {
  const source = 'import { where } from "common"; export const run = () => where;';

  test("if the version of the host's copy is outside of the importing package's range", async () => {
    const url = hosts("old/node_modules/common/index.js");
    await expect(run(source, { shared: { common: url } })).rejects.toMatchObject({
      code: "TENON_SHARED_VERSION",
      subject: "common",
      message: expect.stringContaining(`${join(folder, "package.json")} needs common ^2.0.0`),
    });
  });

  test("if it is outside of the manifest's range", async () => {
    const shared = { common: hosts("node_modules/common/index.js") };
    await expect(run(source, { shared }, { shared: { common: "^3.0.0" } })).rejects.toMatchObject({
      code: "TENON_SHARED_VERSION",
      message: expect.stringContaining("needs common ^3.0.0"),
    });
  });

  test("if the host's program cannot import it", async () => {
    await expect(run(source, { shared: ["common"] })).rejects.toMatchObject({ code: "TENON_SHARED_MISSING" });
  });
});

test("await at the top level of a bundled package names the package in its fix", async () => {
  await expect(run('import "waits"; export const run = () => "";', {})).rejects.toMatchObject({
    code: "TENON_BUILD_FAILED",
    fix: { text: expect.stringContaining('"external": ["waits"]') },
  });
});

test.each([
  [{ external: "waits" }],
  [{ external: ["./file.js"] }],
  [{ external: ["a/b"] }],
  [{ shared: [1] }],
  [{ shared: { common: "./common.js" } }],
  [{ shared: { "./common": "file:///common.js" } }],
])("%j is refused", async (options) => {
  await expect(host.open(join(folder, "p1.mjs"), one, options as OpenOptions)).rejects.toMatchObject({
    code: "TENON_OPTION_INVALID",
  });
});

test.each([
  ['{"external": {}}', '"external": expected a list of package names, got {}'],
  ['{"external": ["../x"]}', '"external": expected a list of package names, got ["../x"]'],
  ['{"shared": "a"}', '"shared": expected a list of package names, or an object'],
  ['{"shared": {"a": "newest"}}', '"shared.a": expected a version range'],
])("the manifest %s is refused", async (json, message) => {
  await write({ "m.mjs": "export const run = () => 1;", "m.tenon.json": json });
  await expect(host.open(join(folder, "m.mjs"), one)).rejects.toMatchObject({
    code: "TENON_MANIFEST_INVALID",
    message: expect.stringContaining(message),
  });
});
