import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";
import { contractFromWit } from "tenon/contract";
import { createGoModuleBuilder } from "../../../tenon/dist/builders/go/module/index.js";
import { readArtifact } from "../../../tenon/dist/runtime/read-artifact.js";
import { compare, nanoseconds } from "../measure.mjs";
import { rawInstance } from "./raw-instance.mjs";

/** @import { Measured, RawExports } from "../types.js" */

/**
 * The functions of the plugin that the benchmark calls.
 *
 * @typedef {{ add(a: number, b: number): number; upper(text: string): string; askHost(times: number): number }} Functions
 */

/**
 * The exports of its module: texts are addresses in its memory, with their lengths.
 *
 * @typedef {object} ModuleFunctions
 * @property {(a: number, b: number) => number} add
 * @property {(times: number) => number} ask-host
 * @property {(pointer: number, length: number) => number} upper
 * @property {(old: number, oldSize: number, align: number, size: number) => number} cabi_realloc
 */

const folder = fileURLToPath(new URL("./calls/", import.meta.url));
/** @param {number} n */
const twice = (n) => n * 2;

/** Calls of a plugin, compared with calls of the raw exports of the same module; both sides do the same work. */
export async function measureCalls() {
  const contract = contractFromWit(readFileSync(`${folder}plugin.wit`, "utf8"));
  const host = createHost();
  try {
    const plugin = await host.open(folder, contract, { imports: { twice } });
    return await compareCalls(/** @type {Functions} */ (/** @type {unknown} */ (plugin.sync)));
  } finally {
    await host.close();
  }
}

/** @param {Functions} ours */
async function compareCalls(ours) {
  const { bytes } = await createGoModuleBuilder().build(await readArtifact(folder));
  const raw = rawModule(bytes);
  const text = "tenon ".repeat(171).slice(0, 1024);
  if (ours.upper(text) !== raw.upper(text)) throw new Error("the two sides return different results");
  /** @type {(call: (index: number) => number) => Measured} */
  const loop = (call) => (count) => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum += call(index);
    return sum;
  };
  /** @type {[title: string, ours: (index: number) => number, theirs: (index: number) => number, count: number][]} */
  const rows = [
    ["add(u32, u32)", (index) => ours.add(index, 1), (index) => raw.add(index, 1), 20_000],
    ["1 KiB text in and out", () => ours.upper(text).length, () => raw.upper(text).length, 2_000],
    ["1000 calls of the host", () => ours.askHost(1000), () => raw.askHost(1000), 20],
  ];
  const lines = [];
  for (const [title, mine, theirs, count] of rows) {
    const [row] = await compare(title, {
      ours: loop(mine),
      theirs: { "raw export": loop(theirs) },
      limit: 2,
      count,
      rounds: 10,
    });
    if (row === undefined) continue;
    lines.push(
      `${title}: ${nanoseconds(row.ours)}, raw export ${nanoseconds(row.theirs)}, ratio ${row.ratio.toFixed(2)} (at most 2: ${row.met ? "met" : "missed"})`,
    );
  }
  return lines;
}

/**
 * The calls as you would write them by hand if you knew the module's layout.
 *
 * @param {Uint8Array} bytes
 * @returns {Functions}
 */
function rawModule(bytes) {
  const exports = /** @type {RawExports & ModuleFunctions} */ (
    rawInstance(new WebAssembly.Module(/** @type {Uint8Array<ArrayBuffer>} */ (bytes)), { twice })
  );
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return {
    add: (a, b) => exports.add(a, b) >>> 0,
    askHost: (times) => exports["ask-host"](times) >>> 0,
    upper(text) {
      const encoded = encoder.encode(text);
      const pointer = exports.cabi_realloc(0, 0, 1, encoded.length) >>> 0;
      new Uint8Array(exports.memory.buffer, pointer, encoded.length).set(encoded);
      const area = exports.upper(pointer, encoded.length) >>> 0;
      const view = new DataView(exports.memory.buffer);
      const [start, length] = [view.getUint32(area, true), view.getUint32(area + 4, true)];
      return decoder.decode(new Uint8Array(exports.memory.buffer, start, length));
    },
  };
}
