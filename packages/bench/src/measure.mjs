/**
 * Compares two ways of doing the same thing within one run. Rounds alternate between them in both orders, so that other load
 * on the machine affects both. The result is the median of the rounds' ratios.
 */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Returns nanoseconds per operation. `run` takes the number of operations, may be asynchronous, and returns a value that is then used. */
async function time(run, count) {
  const begun = performance.now();
  sink(await run(count));
  return ((performance.now() - begun) * 1e6) / count;
}

let sunk = 0;
/** Consumes results, so that the engine cannot optimise the work away. */
export function sink(value) {
  if (value === sunk) sunk = Number.isNaN(value) ? 0 : 1;
}

/**
 * @param options.count operations per round
 * @param options.rounds measured rounds, after the same number of rounds to warm up
 */
export async function compare(title, { ours, theirs, limit, count, rounds, note, atLeast = false }) {
  const names = Object.keys(theirs);
  const samples = { ours: [], ...Object.fromEntries(names.map((name) => [name, []])) };
  const all = { ours, ...theirs };
  for (let round = 0; round < rounds * 2; round++) {
    const order = round % 2 === 0 ? Object.keys(all) : Object.keys(all).reverse();
    for (const name of order) {
      const value = await time(all[name], count);
      if (round >= rounds) samples[name].push(value);
    }
  }
  return names.map((name) => {
    const ratios = samples.ours.map((value, index) =>
      atLeast ? samples[name][index] / value : value / samples[name][index],
    );
    const ratio = median(ratios);
    return {
      title: names.length > 1 ? `${title}, ${name}` : title,
      ours: median(samples.ours),
      theirs: median(samples[name]),
      peer: name,
      ratio,
      limit,
      atLeast,
      met: limit === undefined ? undefined : atLeast ? ratio >= limit : ratio <= limit,
      note,
    };
  });
}

export function nanoseconds(value) {
  if (value < 1000) return `${value.toFixed(value < 100 ? 1 : 0)} ns`;
  return value < 1e6 ? `${(value / 1000).toFixed(1)} µs` : `${(value / 1e6).toFixed(2)} ms`;
}
