import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { fixture, importFrom } from "../../../wasm-fixtures/src/index.ts";

const transpilers = {
  "jco 1.35": async () =>
    (await importFrom("jco-transpile", "@bytecodealliance/jco-transpile/dist/index.js")).transpileBytes,
  "jco 1.9.1": async () => (await importFrom("jco-1.9", "@bytecodealliance/jco/src/api.js")).transpile,
};

/** Names of the peers that transpile components. */
export const peers = Object.keys(transpilers);

/**
 * Transpiles a component by a peer into a folder, and imports it.
 *
 * @param folder Each import needs another one: modules are imported once.
 */
export async function transpiled(peer, component, folder) {
  const transpile = await transpilers[peer]();
  const { files } = await transpile(readFileSync(component), { name: "component", noTypescript: true });
  for (const [name, bytes] of files instanceof Map || Array.isArray(files) ? files : Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  const module = await import(pathToFileURL(join(folder, "component.js")).href);
  await module.$init;
  return module;
}

/** The core module that the component holds, by itself: what a call costs at least. */
export async function rawModule() {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(await fixture("calls-module"))));
  return exports;
}
