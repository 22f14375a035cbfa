import { readFileSync } from "node:fs";
import { fixture, packageFolder } from "../../../wasm-fixtures/src/index.ts";
import { transpiledBy } from "./transpiled-by.mjs";

/**
 * @import { PackageName } from "../../../wasm-fixtures/src/index.ts"
 * @import { AnyFunction } from "../types.js"
 */

/** @typedef {"jco 1.35" | "jco 1.9.1"} PeerName */

/** @type {Record<PeerName, [name: PackageName, file: string]>} */
const transpilers = {
  "jco 1.35": ["jco-transpile", "@bytecodealliance/jco-transpile/dist/index.js"],
  "jco 1.9.1": ["jco-1.9", "@bytecodealliance/jco/src/api.js"],
};

/** Names of the peers that transpile components. */
export const peers = /** @type {PeerName[]} */ (Object.keys(transpilers));

/**
 * The file of a peer's transpiler, for processes that import nothing else.
 *
 * @param {PeerName} peer
 */
export async function transpilerOf(peer) {
  const [name, file] = transpilers[peer];
  return `${await packageFolder(name)}/node_modules/${file}`;
}

/**
 * Transpiles a component by a peer into a folder, and imports it.
 *
 * @param {PeerName} peer
 * @param {string} component
 * @param {string} folder
 */
export async function transpiled(peer, component, folder) {
  return transpiledBy(await transpilerOf(peer), component, folder);
}

/**
 * Instantiates the core module of the component by itself: the lower bound for the cost of a call.
 *
 * @returns {Promise<{ add: AnyFunction }>}
 */
export async function rawModule() {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(await fixture("calls-module"))));
  return /** @type {{ add: AnyFunction }} */ (/** @type {unknown} */ (exports));
}
