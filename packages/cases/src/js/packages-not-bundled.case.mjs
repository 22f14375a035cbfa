// Packages that a bundle breaks: one with top-level await, one that looks for its native module beside its own files, and
// one of which host and plugin must have the same copy.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { contract, createHost, t } from "tenon";
import { check, done, expect } from "../case.mjs";

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
/** @type {Record<string, string>} */
const files = {
  "node_modules/waits/package.json": '{"name":"waits","version":"1.0.0","type":"module","exports":"./i.js"}',
  "node_modules/waits/i.js": "export const value = await Promise.resolve(1);",
  "node_modules/native/package.json": '{"name":"native","version":"1.0.0","dependencies":{"bindings":"^1.5.0"}}',
  "node_modules/native/index.js": 'module.exports = require("bindings")("addon.json");',
  "node_modules/native/build/addon.json": '{"is": "native"}',
  // The `bindings` package in short: it finds the calling file in the stack, and the native module beside that file.
  "node_modules/bindings/package.json": '{"name":"bindings","version":"1.5.0"}',
  "node_modules/bindings/index.js": `const { dirname, join } = require("node:path");
    module.exports = (name) => {
      const prepare = Error.prepareStackTrace;
      Error.prepareStackTrace = (_, sites) => sites;
      const files = new Error().stack.map((site) => site.getFileName());
      Error.prepareStackTrace = prepare;
      return require(join(dirname(files.find((file) => file && file !== __filename)), "build", name));
    };`,
  "node_modules/library/package.json": '{"name":"library","version":"18.3.1"}',
  "node_modules/library/index.js": "exports.Base = class Base {};",
  "waits.mjs": 'import { value } from "waits"; export const run = (x) => x + value;',
  "native.ts": 'import addon from "native"; export const run = (x: string) => x + addon.is;',
  "host/model.mjs": "export class Model {}",
  "models.mjs": `import { Model } from "app/model";
    class Note extends Model {}
    globalThis.made = new Note();
    export const run = () => String(globalThis.given instanceof Model);`,
  "library.mjs": 'import { Base } from "library"; globalThis.made = new Base(); export const run = () => "made";',
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const host = createHost();
/** @param {string} name @param {import("tenon").OpenOptions} options */
const run = async (name, options) => {
  try {
    const plugin = await host.open(join(folder, name), one, options);
    const answer = await plugin.exports.run("x");
    await plugin.close();
    return answer;
  } catch (error) {
    const { code, fix } = /** @type {import("tenon").TenonError} */ (error);
    return `${code}: ${fix?.text}`;
  }
};

const refused = await run("waits.mjs", {});
check(
  "top-level await, bundled",
  refused,
  refused.includes('external: ["waits"]'),
  "names the package to leave to Node",
);
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  expect(`${place}: top-level await, external`, await run("waits.mjs", { place, external: ["waits"] }), "x1");
  expect(`${place}: a native module, not named`, await run("native.ts", { place }), "xnative");
}

const path = join(folder, "node_modules", "library", "index.js");
const { Base } = createRequire(path)(path);
await run("library.mjs", {});
const made = () => /** @type {{ made?: unknown }} */ (globalThis).made;
expect("instanceof a class of a package, bundled", made() instanceof Base, false);
await run("library.mjs", { shared: { library: pathToFileURL(path) } });
expect("instanceof a class of a package, shared", made() instanceof Base, true);

// A class of the host's own program: the plugin extends it, and gets objects of it.
const model = pathToFileURL(join(folder, "host", "model.mjs"));
const { Model } = await import(model.href);
Object.assign(globalThis, { given: new Model() });
expect(
  "an object of the host's class, in the plugin",
  await run("models.mjs", { shared: { "app/model": model } }),
  "true",
);
expect("an object of the plugin's subclass, in the host", made() instanceof Model, true);

await host.close();
rmSync(folder, { recursive: true, force: true });
done();
