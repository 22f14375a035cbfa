/** Prints the cost of opening and of first calls in nanoseconds: in the first instance of a process, and in further instances of the file. */
import { createHost } from "tenon";

const { component, calls, instances } = JSON.parse(process.argv[2]);
const host = createHost();
const taken = [];
for (let index = 0; index < instances; index++) {
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
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const figures = Object.keys(taken[0]).map((what) => {
  const further = taken.slice(1).map((row) => row[what]);
  const second = further[0][1] === null ? null : median(further.map((pair) => pair[1])) * 1e6;
  return [what, { first: taken[0][what][0] * 1e6, further: median(further.map((pair) => pair[0])) * 1e6, second }];
});
console.log(JSON.stringify(Object.fromEntries(figures)));
await host.close();

function given() {
  return calls[0][0] === "greet" ? { imports: { log() {} } } : {};
}

function timed(run, parameters) {
  const begun = performance.now();
  const answer = run(...parameters);
  const time = performance.now() - begun;
  if (answer === undefined) throw new Error("the call returned nothing");
  return time;
}
