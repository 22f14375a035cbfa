/** Chooses which plugins are opened together: seeded, so that a run can be repeated. */

/** @import { HostFile, Plan, PluginFile } from "./types.js" */

/**
 * Returns a generator of numbers in [0, 1) that depend only on the seed (mulberry32).
 *
 * @param {number} seed
 */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Returns `count` orders of two to five files. Half of the files are from `likely` (those that often open or fail with an error),
 * and one in six repeats a file of the same order.
 *
 * @param {number} seed
 * @param {number} count
 * @param {readonly HostFile[]} hosts
 * @param {readonly PluginFile[]} likely
 * @param {readonly PluginFile[]} all
 * @returns {Plan[]}
 */
export function sequences(seed, count, hosts, likely, all) {
  const random = generator(seed);
  /**
   * @template T
   * @param {readonly T[]} list
   */
  const pick = (list) => /** @type {T} */ (list[Math.floor(random() * list.length)]);
  return Array.from({ length: count }, () => {
    /** @type {PluginFile[]} */
    const chosen = [];
    const length = 2 + Math.floor(random() * 4);
    while (chosen.length < length) {
      const kind = random();
      chosen.push(chosen.length > 0 && kind < 1 / 6 ? pick(chosen) : kind < 2 / 3 ? pick(likely) : pick(all));
    }
    return { host: pick(hosts), plugins: chosen };
  });
}
