/**
 * Compares two ways of doing the same thing within one run. Rounds alternate between them in both orders, so that other load
 * on the machine affects both. The result is the median of the rounds' ratios.
 */

/** @import { Comparison, Measured, Row } from "./types.js" */

/** @param {readonly number[]} values */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Returns nanoseconds per operation. `run` takes the number of operations, may be asynchronous, and returns a value that is then used.
 *
 * @param {Measured} run
 * @param {number} count
 */
async function time(run, count) {
  const begun = performance.now();
  sink(await run(count));
  return ((performance.now() - begun) * 1e6) / count;
}

let sunk = 0;
/**
 * Consumes results, so that the engine cannot optimise the work away.
 *
 * @param {unknown} value
 */
export function sink(value) {
  if (value === sunk) sunk = Number.isNaN(value) ? 0 : 1;
}

/**
 * @param {string} title
 * @param {Comparison} comparison
 * @returns {Promise<Row[]>} a row for each peer
 */
export async function compare(title, { ours, theirs, limit, count, rounds, atLeast = false }) {
  const names = Object.keys(theirs);
  /** @type {{ ours: number[]; [name: string]: number[] }} */
  const samples = { ours: [], ...Object.fromEntries(names.map((name) => [name, []])) };
  /** @type {Record<string, Measured>} */
  const all = { ours, ...theirs };
  for (let round = 0; round < rounds * 2; round++) {
    const order = round % 2 === 0 ? Object.keys(all) : Object.keys(all).reverse();
    for (const name of order) {
      const value = await time(/** @type {Measured} */ (all[name]), count);
      if (round >= rounds) samples[name]?.push(value);
    }
  }
  return names.map((name) => {
    const peer = samples[name] ?? [];
    const ratios = samples.ours.map((value, index) => {
      const other = peer[index] ?? Number.NaN;
      return atLeast ? other / value : value / other;
    });
    const ratio = median(ratios);
    return {
      title: names.length > 1 ? `${title}, ${name}` : title,
      ours: median(samples.ours),
      theirs: median(peer),
      peer: name,
      ratio,
      limit,
      atLeast,
      met: limit === undefined ? undefined : atLeast ? ratio >= limit : ratio <= limit,
    };
  });
}

/** @param {number} value */
export function nanoseconds(value) {
  if (value < 1000) return `${value.toFixed(value < 100 ? 1 : 0)} ns`;
  return value < 1e6 ? `${(value / 1000).toFixed(1)} µs` : `${(value / 1e6).toFixed(2)} ms`;
}
