import { createHost } from "tenon";
import { numbered } from "./contract.mjs";

/** @typedef {import("./outcome.mjs").Outcome} Outcome */

const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Swaps a plugin under load, with state, objects and streams; every tenth swap is exclusive.
 *
 * @param {"inline" | "worker" | "worker-pool" | "process"} place
 * @param {number} swaps
 * @returns {Promise<Outcome>}
 */
export async function swapUnderLoad(place, swaps) {
  /** How often each call ran. @type {number[]} */
  const runs = [];
  const host = createHost();
  const plugin = await host.open(new URL("./numbered.mjs", import.meta.url), numbered, {
    place,
    imports: { ran: (/** @type {number} */ call) => void (runs[call] = (runs[call] ?? 0) + 1) },
  });
  /** What became of each call. @type {("answered" | "rejected" | "wrong" | undefined)[]} */
  const ends = [];
  /** @type {Record<string, number>} */
  const codes = {};
  let bumps = 0;
  let baseless = 0;
  let running = true;
  /** @param {(call: number) => Promise<boolean>} perform */
  const make = async (perform) => {
    const call = ends.push(undefined) - 1;
    try {
      ends[call] = (await perform(call)) ? "answered" : "wrong";
    } catch (error) {
      ends[call] = "rejected";
      const { code } = /** @type {{ code?: string }} */ (error);
      // That its object is gone is the only reason to reject a call here.
      if (code !== "TENON_RESOURCE_GONE" && runs[call] === undefined) baseless++;
      codes[String(code)] = (codes[String(code)] ?? 0) + 1;
    }
    await turn();
    return ends[call] === "answered";
  };
  const functions = async () => {
    while (running) if (await make(async (call) => (await plugin.exports.bump(call)) === call)) bumps++;
  };
  const objects = async () => {
    while (running) {
      const box = await plugin.exports.boxes.Box.new();
      while (running && (await make(async (call) => (await box.get(call)) === call)));
    }
  };
  const streams = async () => {
    while (running)
      await make(async (call) => {
        let next = 0;
        for await (const item of await plugin.exports.count(call, 20)) if (item !== next++) return false;
        return next === 20;
      });
  };
  const callers = [functions(), functions(), objects(), objects(), objects(), streams(), streams()];
  let forced = 0;
  for (let swap = 0; swap < swaps; swap++) {
    const enough = ends.length + 20;
    while (ends.length < enough) await turn();
    const { state, closed } = await plugin.swap(undefined, { exclusive: swap % 10 === 9 });
    if (state !== "migrated") throw new Error("a swap handed over no state");
    if (closed.forced) forced++;
  }
  running = false;
  await Promise.all(callers);
  const total = await plugin.exports.total();
  await host.close();
  const count = (/** @type {(end: string | undefined, run: number) => boolean} */ test) =>
    ends.filter((end, call) => test(end, runs[call] ?? 0)).length;
  return {
    what: `swaps: ${place}`,
    times: swaps,
    calls: ends.length,
    lost:
      count((end, run) => end === undefined || end === "wrong" || (end === "answered" && run === 0)) +
      Math.abs(total - bumps),
    doubled: count((_, run) => run > 1),
    rejected: count((end, run) => end === "rejected" && run > 0) + baseless,
    note: `not run: ${JSON.stringify(codes)}; ${forced} instances ended by force`,
  };
}
