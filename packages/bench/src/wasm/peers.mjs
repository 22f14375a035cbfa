import { readFileSync } from "node:fs";
import { fixture, packageFolder } from "../../../wasm-fixtures/src/index.ts";
import { transpiledBy } from "./transpiled-by.mjs";

const transpilers = {
  "jco 1.35": ["jco-transpile", "@bytecodealliance/jco-transpile/dist/index.js"],
  "jco 1.9.1": ["jco-1.9", "@bytecodealliance/jco/src/api.js"],
};

/** Names of the peers that transpile components. */
export const peers = Object.keys(transpilers);

/** The file of a peer's transpiler, for processes that import nothing else. */
export async function transpilerOf(peer) {
  const [name, file] = transpilers[peer];
  return `${await packageFolder(name)}/node_modules/${file}`;
}

/** Transpiles a component by a peer into a folder, and imports it. */
export async function transpiled(peer, component, folder) {
  return transpiledBy(await transpilerOf(peer), component, folder);
}

/** Instantiates the core module of the component by itself: the lower bound for the cost of a call. */
export async function rawModule() {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(await fixture("calls-module"))));
  return exports;
}
