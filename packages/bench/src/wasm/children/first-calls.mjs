/** Prints the cost of opening and of first calls in nanoseconds: in the first instance of a process, and in further instances of the file. */
import { createHost } from "tenon";

/** @import { AnyFunction, Call } from "../../types.js" */

/**
 * The first and the second time of something, in milliseconds. Opening has no second one.
 *
 * @typedef {[first: number, second: number | null]} Times
 */

/** @type {{ component: string; calls: Call[]; instances: number }} */
const { component, calls, instances } = JSON.parse(process.argv[2] ?? "");
const host = createHost();
/** @type {Record<string, Times>[]} */
const taken = [];
for (let index = 0; index < instances; index++) {
  /** @type {Record<string, Times>} */
  const row = {};
  const begun = performance.now();
  const plugin = await host.open(component, undefined, { fresh: true, ...given() });
  row.open = [performance.now() - begun, null];
  for (const [method, ...parameters] of calls) {
    const run = plugin.sync[method];
    row[method] = [timed(run, parameters), timed(run, parameters)];
  }
  taken.push(row);
}
/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const [first = {}, ...others] = taken;
const figures = Object.entries(first).map(([what, [once]]) => {
  const further = others.map((row) => /** @type {Times} */ (row[what]));
  const again = further.flatMap(([, time]) => time ?? []);
  const second = again.length === 0 ? null : median(again) * 1e6;
  return [what, { first: once * 1e6, further: median(further.map(([time]) => time)) * 1e6, second }];
});
console.log(JSON.stringify(Object.fromEntries(figures)));
await host.close();

function given() {
  return calls[0]?.[0] === "greet" ? { imports: { log() {} } } : {};
}

/**
 * @param {AnyFunction} run
 * @param {readonly unknown[]} parameters
 */
function timed(run, parameters) {
  const begun = performance.now();
  const answer = run(...parameters);
  const time = performance.now() - begun;
  if (answer === undefined) throw new Error("the call returned nothing");
  return time;
}
