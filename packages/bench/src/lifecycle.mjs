import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { arithmetic } from "./contract.mjs";

/** @import { Host, PlaceName } from "tenon" */

setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collect = runInNewContext("gc");
const source = new URL("plugins/arithmetic.mjs", import.meta.url);
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

/** @typedef {{ heap: number; rss: number }} Memory In bytes. */

/** @returns {Promise<Memory>} */
export async function memory() {
  for (let round = 0; round < 3; round++) {
    collect();
    await settle();
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

/**
 * Opens, calls and closes a plugin over and over; the curve is the memory at up to eleven points of the run.
 *
 * @param {Host} host
 * @param {PlaceName} place
 * @param {number} count
 */
export async function cycles(host, place, count) {
  /** @type {Memory[]} */
  const curve = [];
  const cycle = async () => {
    const plugin = await host.open(source, arithmetic, { place, fresh: true });
    await plugin.exports.add(1, 2);
    await plugin.close();
  };
  for (let warm = 0; warm < Math.min(50, count / 10); warm++) await cycle();
  const begun = performance.now();
  for (let done = 0; done < count; done++) {
    if (done % Math.max(1, Math.floor(count / 10)) === 0) curve.push(await memory());
    await cycle();
  }
  const each = (performance.now() - begun) / count;
  curve.push(await memory());
  // Growth of the second half, in bytes per cycle. The first half fills caches and pools.
  const middle = /** @type {Memory} */ (curve[Math.floor(curve.length / 2)]);
  const last = /** @type {Memory} */ (curve.at(-1));
  return { place, count, each, curve, growth: (last.heap - middle.heap) / (count / 2) };
}

/**
 * Returns the proportional set size of a process in bytes, or `undefined` if the system does not report it.
 *
 * @param {number | undefined} pid
 */
function proportionalSize(pid) {
  try {
    const [, size] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
    return size === undefined ? undefined : Number(size) * 1024;
  } catch {
    return undefined;
  }
}

/**
 * Opens many plugins at the same time, and measures what each costs the host.
 *
 * @param {Host} host
 * @param {PlaceName} place
 * @param {number} count
 */
export async function crowd(host, place, count) {
  const first = await host.open(source, arithmetic, { place, fresh: true });
  const before = await memory();
  const plugins = [];
  for (let index = 0; index < count; index++) plugins.push(await host.open(source, arithmetic, { place, fresh: true }));
  const after = await memory();
  let sum = 0;
  for (const plugin of plugins) sum += await plugin.exports.add(1, 2);
  if (sum !== count * 3) throw new Error(`${place}: expected the sum ${count * 3}, got ${sum}`);
  const own = place === "process" ? plugins.map(({ id }) => proportionalSize(id)) : [];
  await first.close();
  const known = own.filter((size) => size !== undefined);
  return {
    place,
    count,
    child:
      known.length === 0 || known.length < own.length ? undefined : known.reduce((a, b) => a + b, 0) / known.length,
    heap: (after.heap - before.heap) / count,
    rss: (after.rss - before.rss) / count,
  };
}
