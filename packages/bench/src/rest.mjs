import { arithmetic } from "./contract.mjs";
import { memory } from "./lifecycle.mjs";

/** @import { Host, PlaceName } from "tenon" */

const source = new URL("plugins/arithmetic.mjs", import.meta.url);

/** @param {number[]} times */
const median = (times) => times.toSorted((left, right) => left - right)[Math.floor(times.length / 2)] ?? 0;

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/**
 * Measures in turn an ordinary open with its first call, a plugin that starts with its first call, and the first call after a
 * rest. Times are milliseconds.
 *
 * @param {Host} host
 * @param {PlaceName} place
 * @param {number} rounds
 */
export async function firstCalls(host, place, rounds) {
  /** @type {Record<"ordinary" | "configured" | "first" | "again", number[]>} */
  const times = { ordinary: [], configured: [], first: [], again: [] };
  for (let round = -2; round < rounds; round++) {
    const ordinary = await timed(async () => {
      const plugin = await host.open(source, arithmetic, { place, fresh: true });
      await plugin.exports.add(1, 2);
      await plugin.close();
    });
    /** @type {import("tenon").Plugin<typeof arithmetic> | undefined} */
    let plugin;
    const configured = await timed(async () => {
      plugin = await host.open(source, arithmetic, { place, fresh: true, start: "first-call" });
    });
    const first = await timed(async () => plugin?.exports.add(1, 2));
    await plugin?.rest();
    const again = await timed(async () => plugin?.exports.add(1, 2));
    const closed = await timed(async () => plugin?.close());
    if (round < 0) continue;
    times.ordinary.push(ordinary - closed);
    times.configured.push(configured);
    times.first.push(first);
    times.again.push(again);
  }
  const [ordinary, configured, first, again] = [times.ordinary, times.configured, times.first, times.again].map(median);
  return { place, ordinary: ordinary ?? 0, configured: configured ?? 0, first: first ?? 0, again: again ?? 0 };
}

/**
 * Returns the heap that a resting plugin takes, in bytes: before its first start, and after it has rested.
 *
 * @param {Host} host
 * @param {PlaceName} place
 * @param {number} count
 */
export async function restingHeap(host, place, count) {
  const first = await host.open(source, arithmetic, { place, fresh: true, start: "first-call" });
  const before = await memory();
  const plugins = [];
  for (let index = 0; index < count; index++)
    plugins.push(await host.open(source, arithmetic, { place, fresh: true, start: "first-call" }));
  const configured = await memory();
  for (const plugin of plugins) {
    await plugin.exports.add(1, 2);
    await plugin.rest();
  }
  const rested = await memory();
  await first.close();
  return { configured: (configured.heap - before.heap) / count, rested: (rested.heap - before.heap) / count };
}
