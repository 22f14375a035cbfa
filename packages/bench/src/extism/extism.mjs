import { pathToFileURL } from "node:url";
import { tsImport } from "tsx/esm/api";
import { compare } from "../measure.mjs";
import { sample } from "./contract.mjs";

/**
 * @import { Host } from "tenon"
 * @import { AnyFunction, Measured, Row } from "../types.js"
 */

/**
 * What a function of @extism/extism returns.
 *
 * @typedef {{ text(): string; bytes(): Uint8Array; readonly length: number }} Output
 */

/**
 * What the library's host functions get: the memory of the plugin, with values at offsets.
 *
 * @typedef {{ read(offset: bigint): Output; store(value: string | Uint8Array): bigint }} PeerContext
 */

/**
 * A plugin as @extism/extism opens it.
 *
 * @typedef {{ call(name: string, input: string | Uint8Array): Promise<Output>; close(): Promise<void> }} Peer
 */

/**
 * What the functions of the sample plugin return.
 *
 * @typedef {{ readonly length: number }} Sized
 */

/**
 * A call of the sample plugin.
 *
 * @typedef {object} Case
 * @property {string} title
 * @property {"add" | "upper" | "greet" | "throughHost"} name
 * @property {string} peerName The plugin's own name of the function.
 * @property {string | Uint8Array} input
 * @property {(output: Output) => string | Uint8Array} read
 * @property {number} count
 */

/** @param {string} path */
const load = (path) => tsImport(path, import.meta.url);

/**
 * Calls of an Extism plugin written in Rust: by Tenon, and by Extism's own library for JavaScript. Returns no rows if the
 * plugin cannot be built.
 *
 * @param {Host} host
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function extism(host, scale) {
  const { extismFixture } = await load("../../../tenon/src/runtimes/wasm/extism/fixtures/build.mts");
  const fixture = await extismFixture("rust");
  if ("reason" in fixture) {
    console.warn(`Extism is skipped: ${fixture.reason}`);
    return [];
  }
  const plugin = await host.open(fixture.path, sample, {
    place: "inline",
    imports: {
      storeText: (text) => text,
      storeBytes: (bytes) => bytes,
      storePerson: (person) => person,
      scale: (value) => value,
    },
  });
  const peer = await peerOf(fixture.path);
  const numbers = Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0);
  const text = new Uint8Array(1024).fill(97);
  /** @param {Output} output */
  const asText = (output) => output.text();
  /** @param {Output} output */
  const asBytes = (output) => output.bytes();
  /** @type {Case[]} */
  const cases = [
    { title: "add two numbers", name: "add", peerName: "add", input: numbers, read: asBytes, count: 20_000 },
    { title: "1 KiB to upper case", name: "upper", peerName: "upper", input: text, read: asBytes, count: 4000 },
    { title: "a short text", name: "greet", peerName: "greet", input: "Ada", read: asText, count: 20_000 },
    {
      title: "two host functions",
      name: "throughHost",
      peerName: "through_host",
      input: "Ada",
      read: asText,
      count: 5000,
    },
  ];
  /** @type {Row[]} */
  const results = [];
  for (const { title, name, peerName, input, read, count } of cases) {
    /** @type {[form: string, ours: Measured][]} */
    const forms = [
      ["plugin.sync", repeated(plugin.sync[name], input)],
      ["plugin.exports", repeatedLater(plugin.exports[name], input)],
    ];
    for (const [form, ours] of forms) {
      const found = await compare(`Extism: ${title}, ${form}`, {
        ours,
        theirs: { "@extism/extism": repeatedLater(async (given) => read(await peer.call(peerName, given)), input) },
        limit: 0.5,
        count: count * scale,
        rounds: 7,
      });
      results.push(...found);
    }
  }
  await peer.close();
  return results;
}

/** @type {(call: (...parameters: Parameters<AnyFunction>) => Sized, input: string | Uint8Array) => Measured} */
const repeated = (call, input) => (count) => {
  /** @type {Sized | undefined} */
  let last;
  for (let index = 0; index < count; index++) last = call(input);
  return /** @type {Sized} */ (last).length;
};

/** @type {(call: (...parameters: Parameters<AnyFunction>) => Promise<Sized>, input: string | Uint8Array) => Measured} */
const repeatedLater = (call, input) => async (count) => {
  /** @type {Sized | undefined} */
  let last;
  for (let index = 0; index < count; index++) last = await call(input);
  return /** @type {Sized} */ (last).length;
};

/**
 * @param {string} path
 * @returns {Promise<Peer>}
 */
async function peerOf(path) {
  const { packageFolder } = await load("../../../wasm-fixtures/src/packages.ts");
  const folder = await packageFolder("extism");
  const { createPlugin } = await import(pathToFileURL(`${folder}/node_modules/@extism/extism/dist/esm/mod.js`).href);
  return createPlugin(path, {
    useWasi: false,
    functions: {
      "extism:host/user": {
        /** @type {(context: PeerContext, offset: bigint) => bigint} */
        store_text: (context, offset) => context.store(context.read(offset).text()),
        /** @type {(context: PeerContext, offset: bigint) => bigint} */
        store_bytes: (context, offset) => context.store(context.read(offset).bytes()),
        /** @type {(context: PeerContext, offset: bigint) => bigint} */
        store_person: (_, offset) => offset,
        /** @type {(context: PeerContext, value: number) => number} */
        scale: (_, value) => value,
      },
    },
  });
}
