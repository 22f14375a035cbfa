import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { arithmetic } from "./contract.mjs";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const source = new URL("plugins/arithmetic.mjs", import.meta.url);
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

async function memory() {
  for (let round = 0; round < 3; round++) {
    collect();
    await settle();
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

/** Opens, calls and closes a plugin over and over; the curve is the memory at up to eleven points of the run. */
export async function cycles(host, place, count) {
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
  const middle = curve[Math.floor(curve.length / 2)];
  const last = curve.at(-1);
  return { place, count, each, curve, growth: (last.heap - middle.heap) / (count / 2) };
}

/** Returns the proportional set size of a process in bytes, or `undefined` if the system does not report it. */
function proportionalSize(pid) {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) * 1024;
  } catch {
    return undefined;
  }
}

/** Opens many plugins at the same time, and measures what each costs the host. */
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
  return {
    place,
    count,
    child: own.length === 0 || own.includes(undefined) ? undefined : own.reduce((a, b) => a + b, 0) / own.length,
    heap: (after.heap - before.heap) / count,
    rss: (after.rss - before.rss) / count,
  };
}
