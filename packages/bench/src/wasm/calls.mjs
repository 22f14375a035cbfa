import { deepStrictEqual } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "tenon";
import { compare } from "../measure.mjs";
import { peers, rawModule, transpiled } from "./peers.mjs";

/**
 * @import { AnyFunction, Measured, Row } from "../types.js"
 * @import { PeerName } from "./peers.mjs"
 */

const text = "The quick brown fox jumps over it. ".repeat(30).slice(0, 1024);
const point = { x: 1, y: 2, label: "here" };

/**
 * The functions of the component.
 *
 * @typedef {Record<"add" | "shout" | "shift" | "shiftAll" | "turn", AnyFunction>} Functions
 */

/**
 * A measured call: its parameters, and how many times faster than jco it has to be.
 *
 * @typedef {object} Case
 * @property {string} title
 * @property {keyof Functions} name
 * @property {unknown[]} parameters
 * @property {Partial<Record<PeerName, number>>} limits
 * @property {number} count
 */

/** @type {Case[]} */
const measured = [
  { title: "add, two u32", name: "add", parameters: [1, 2], limits: { "jco 1.35": 100 }, count: 2e4 },
  { title: "1 KiB text in and out", name: "shout", parameters: [text], limits: { "jco 1.35": 3 }, count: 3e3 },
  { title: "record of two f64 and a text", name: "shift", parameters: [point], limits: {}, count: 3e3 },
  {
    title: "list of 100 such records",
    name: "shiftAll",
    parameters: [Array.from({ length: 100 }, () => point)],
    limits: {},
    count: 100,
  },
  { title: "variant with a text", name: "turn", parameters: [{ tag: "named", val: "circle" }], limits: {}, count: 3e3 },
];

/**
 * Calls of one component: `plugin.sync` and `plugin.exports`, compared with the peers' output for the same file.
 *
 * @param {string} component
 * @param {boolean} quick
 * @returns {Promise<Row[]>}
 */
export async function calls(component, quick) {
  const folder = mkdtempSync(join(tmpdir(), "tenon-bench-"));
  const host = createHost();
  try {
    const plugin = /** @type {{ exports: Functions; sync: Functions }} */ (
      /** @type {unknown} */ (await host.open(component))
    );
    const modules = /** @type {Record<PeerName, Functions>} */ ({});
    for (const peer of peers)
      modules[peer] = /** @type {Functions} */ (
        await transpiled(peer, component, join(folder, peer.replace(" ", "-")))
      );
    const { add } = await rawModule();
    const rounds = quick ? 2 : 11;
    const scale = quick ? 0.05 : 1;
    const rows = await compare("add, two u32, plugin.sync", {
      ours: looped(plugin.sync.add, [1, 2]),
      theirs: { "raw core export": looped(add, [1, 2]) },
      limit: 3,
      count: 2e6 * scale,
      rounds,
    });
    for (const { title, name, parameters, limits, count } of measured) {
      for (const peer of peers) {
        // A peer that returns something else, or a promise, would do different work.
        deepStrictEqual(modules[peer][name](...parameters), plugin.sync[name](...parameters), `${peer}: ${name}`);
        rows.push(
          ...(await compare(`${title}, plugin.sync`, {
            ours: looped(plugin.sync[name], parameters),
            theirs: { [peer]: looped(modules[peer][name], parameters) },
            limit: limits[peer],
            atLeast: true,
            count: count * scale,
            rounds,
          })),
        );
      }
    }
    rows.push(
      ...(await compare("add, two u32, plugin.exports", {
        ours: async (count) => {
          let last;
          for (let index = 0; index < count; index++) last = await plugin.exports.add(index, 2);
          return last;
        },
        theirs: { "jco 1.35": looped(modules["jco 1.35"].add, [1, 2]) },
        atLeast: true,
        count: 2e4 * scale,
        rounds,
      })),
    );
    return rows;
  } finally {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A separate loop for each function, so that the engine knows which function each loop calls.
 *
 * @param {AnyFunction} run
 * @param {readonly unknown[]} parameters
 * @returns {Measured}
 */
function looped(run, parameters) {
  const names = parameters.map((_, index) => `p${index}`).join(", ");
  const body = `return (count) => { let last; for (let index = 0; index < count; index++) last = run(${names}); return last; };`;
  return new Function("run", ...parameters.map((_, index) => `p${index}`), body)(run, ...parameters);
}
