import { createHost } from "tenon";
import { arithmetic } from "./contract.mjs";
import { median, sink } from "./measure.mjs";

/** @import { PlaceName, Plugin } from "tenon" */

const source = new URL("plugins/arithmetic.mjs", import.meta.url);

/** What a call costs with metrics and without, in nanoseconds. @typedef {{ title: string, off: number[], on: number[] }} Pair */

/**
 * Measures the same calls of two hosts, one with metrics and one without, in turn.
 *
 * @param {number} scale
 * @returns {Promise<readonly Pair[]>}
 */
export async function metrics(scale) {
  const off = createHost();
  const on = createHost({ metrics: true });
  /** @type {(place: PlaceName) => Promise<{ off: Plugin<typeof arithmetic>, on: Plugin<typeof arithmetic> }>} */
  const open = async (place) => ({
    off: await off.open(source, arithmetic, { place, fresh: true }),
    on: await on.open(source, arithmetic, { place, fresh: true }),
  });
  try {
    const inline = await open("inline");
    const worker = await open("worker");
    const pairs = [
      await inTurn("inline call, plugin.sync", inline, 1e5, 2000 * scale, sync),
      await inTurn("inline call, plugin.exports", inline, 1e4, 1000 * scale, async),
      await inTurn("worker call", worker, 100, 600 * scale, async),
    ];
    const remove = on.intercept((_, next) => next());
    pairs.push(
      await inTurn("inline call, plugin.sync, intercepted", inline, 1e4, 400 * scale, sync),
      await inTurn("inline call, plugin.exports, intercepted", inline, 1e3, 400 * scale, async),
      await inTurn("worker call, intercepted", worker, 100, 200 * scale, async),
    );
    remove();
    return pairs;
  } finally {
    await Promise.all([off.close(), on.close()]);
  }
}

/**
 * @param {string} title
 * @param {{ off: Plugin<typeof arithmetic>, on: Plugin<typeof arithmetic> }} plugins
 * @param {number} count
 * @param {number} rounds
 * @param {(plugin: Plugin<typeof arithmetic>) => (count: number) => unknown} calls
 * @returns {Promise<Pair>}
 */
async function inTurn(title, plugins, count, rounds, calls) {
  const runs = { off: calls(plugins.off), on: calls(plugins.on) };
  /** @type {{ off: number[], on: number[] }} */
  const samples = { off: [], on: [] };
  const warmUp = rounds / 4;
  // Short rounds, and many of them: some are undisturbed by what else the machine does.
  for (let round = 0; round < rounds + warmUp; round++) {
    for (const side of round % 2 === 0 ? /** @type {const} */ (["off", "on"]) : /** @type {const} */ (["on", "off"])) {
      const begun = performance.now();
      sink(await runs[side](count));
      if (round >= warmUp) samples[side].push(((performance.now() - begun) * 1e6) / count);
    }
  }
  return { title, ...samples };
}

/** The loops are made from text for each plugin, so that the engine optimises each for its own. */
const sync = (/** @type {Plugin<typeof arithmetic>} */ plugin) =>
  new Function(
    "add",
    "return (count) => { let sum = 0; for (let i = 0; i < count; i++) sum = add(sum, i); return sum; };",
  )(plugin.sync.add);
const async = (/** @type {Plugin<typeof arithmetic>} */ plugin) =>
  new Function(
    "add",
    "return async (count) => { let sum = 0; for (let i = 0; i < count; i++) sum = await add(sum, i); return sum; };",
  )(plugin.exports.add);

/** @param {Pair} pair */
export function summary({ title, off, on }) {
  const differences = on.map((value, index) => value - /** @type {number} */ (off[index]));
  const ratios = on.map((value, index) => value / /** @type {number} */ (off[index]));
  return {
    title,
    off: median(off),
    on: median(on),
    least: { off: Math.min(...off), on: Math.min(...on) },
    difference: median(differences),
    ratio: median(ratios),
  };
}
