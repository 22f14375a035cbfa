// seconds: 300
// Costs that must not grow faster than what they are for: points, signals, resources, functions by name, limits of 0.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { check, done, expect } from "../case.mjs";

const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));

/**
 * Prints how long something takes, with a limit that only a cost that grows too fast reaches.
 *
 * @param {string} what
 * @param {number} most seconds
 * @param {() => unknown} work
 */
async function timed(what, most, work) {
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  check(what, `${seconds.toFixed(2)} s`, seconds < most, `less than ${most} s`);
}

const host = createHost();
const greeter = contract("demo:greeter@1.0.0", {
  exports: { greet: t.func([["name", t.string]], t.string), later: t.func([], t.string, { async: true }) },
});
const path = join(folder, "greeter.mjs");
writeFileSync(
  path,
  `export const greet = (name) => "Hello, " + name; export const later = () => new Promise((resolve) => setImmediate(resolve, "later"));`,
);

for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = await host.open(path, greeter, { place, limits: { bytes: 0 } });
  expect(`limits.bytes: 0, ${place}`, await plugin.exports.greet("Ada"), "Hello, Ada");
  await plugin.close();
}

const plugin = await host.open(path, greeter);
/** @param {number} index @param {Record<string, string>} requires */
const member = (index, requires = {}) => ({
  name: `plugin-${index}`,
  version: "1.0.0",
  priority: 0,
  requires,
  state: /** @type {const} */ ("active"),
  exports: {},
  sync: {},
  callable: (/** @type {string} */ name) => plugin.callable(name),
});
await timed("a point with 1,000 plugins whose dependency is missing", 5, async () => {
  const point = host.point(greeter, { onFailure: "skip" });
  for (let index = 0; index < 1000; index++) point.add(member(index, { [`missing-${index}`]: "^1.0.0" }));
  expect("  its results", await point.series.greet("Ada"), []);
});
await timed("1,000 times: add a plugin to a point, and call the point", 20, async () => {
  const point = host.point(greeter);
  for (let index = 0; index < 1000; index++) {
    point.add(member(index));
    await point.series.greet("Ada");
  }
});
await timed("65,536 calls with one signal", 20, async () => {
  const { signal } = new AbortController();
  const { later } = plugin.with({ signal });
  const answers = await Promise.all(Array.from({ length: 65_536 }, () => later()));
  expect("  their results", answers.length, 65_536);
});

/** @param {string} name @param {string} text @param {string} source */
const folderOf = (name, text, source) => {
  const at = join(folder, name);
  mkdirSync(at);
  writeFileSync(join(at, "plugin.wit"), text);
  writeFileSync(join(at, "index.mjs"), source);
  return at;
};
const resources = Array.from({ length: 4000 }, (_, n) => `resource r${n} { constructor(); next: func() -> u8; }`);
const classes = Array.from({ length: 4000 }, (_, n) => `R${n}: class { next() { return 1; } }`);
await timed("opening a plugin with 4,000 resources", 20, () =>
  host.open(
    folderOf(
      "resources",
      `package a:b; interface i { ${resources.join("\n")} } world w { export i; }`,
      `export const i = { ${classes.join(",\n")} };`,
    ),
    undefined,
    { limits: { load: 0 } },
  ),
);
const functions = Array.from({ length: 5000 }, (_, n) => `call${n}: func() -> u8;`);
const many = await host.open(
  folderOf(
    "functions",
    `package a:b; interface i { ${functions.join("\n")} } world w { export i; }`,
    `export const i = { ${Array.from({ length: 5000 }, (_, n) => `call${n}: () => 1`).join(",\n")} };`,
  ),
  undefined,
  { limits: { load: 0 } },
);
await timed("plugin.with() at 5,000 functions, ten times", 5, () => {
  for (let time = 0; time < 10; time++) many.with({ deadline: 100 });
});
await timed("lookup() of each of 5,000 functions", 5, () => {
  for (let index = 0; index < 5000; index++) many.lookup(`i.call${index}`);
});
await host.close();
done();
