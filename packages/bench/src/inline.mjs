import { arithmetic } from "./contract.mjs";
import { compare } from "./measure.mjs";

/**
 * @import { Host } from "tenon"
 * @import { Row } from "./types.js"
 */

/**
 * Calls of one inline plugin: through `plugin.sync` and through `plugin.exports`.
 *
 * @param {Host} host
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function inline(host, scale) {
  const plugin = await host.open(new URL("plugins/arithmetic.mjs", import.meta.url), arithmetic);
  const { sync, exports } = plugin;
  /** @type {Record<"add" | "sub" | "mul", (a: number, b: number) => number>} */
  const table = { add: (a, b) => (a + b) | 0, sub: (a, b) => (a - b) | 0, mul: (a, b) => Math.imul(a, b) };
  /** @type {(keyof typeof table)[]} */
  const names = ["add", "sub", "mul", "add"];
  /** @type {(a: number, b: number) => Promise<number>} */
  const plain = async (a, b) => (a + b) | 0;
  return [
    ...(await compare("inline call, plugin.sync", {
      ours: (count) => {
        let sum = 0;
        for (let index = 0; index < count; index++) sum = sync.add(sum, index);
        return sum;
      },
      theirs: {
        "direct call by name": (count) => {
          let sum = 0;
          for (let index = 0; index < count; index++)
            sum = table[/** @type {keyof typeof table} */ (names[index & 3])](sum, index);
          return sum;
        },
      },
      limit: 2,
      count: 2e6 * scale,
      rounds: 11,
    })),
    ...(await compare("inline call, plugin.exports", {
      ours: async (count) => {
        let sum = 0;
        for (let index = 0; index < count; index++) sum = await exports.add(sum, index);
        return sum;
      },
      theirs: {
        "async function of the same body": async (count) => {
          let sum = 0;
          for (let index = 0; index < count; index++) sum = await plain(sum, index);
          return sum;
        },
      },
      limit: 1.2,
      count: 2e5 * scale,
      rounds: 11,
    })),
  ];
}
