/** The plans: each is one process of a host and the files that it opens in order. */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { sequences } from "./sequences.mjs";

/** @import { BuiltVersion, Plan } from "./types.js" */

/**
 * Every host with every plugin of the same Go.
 *
 * @param {BuiltVersion} version
 * @returns {Plan[]}
 */
export function pairs({ hosts, plugins }) {
  return hosts.flatMap((host) => plugins.map((plugin) => ({ host, plugins: [plugin] })));
}

/**
 * Every odd file alone, after a plugin that opens, before one, and twice, in a few hosts.
 *
 * @param {BuiltVersion} version
 * @returns {Plan[]}
 */
export function oddPlans({ hosts, plugins, odd }) {
  const chosen = hosts.filter(({ name }) => ["plain", "trimpath", "section-stripped", "race-trimpath"].includes(name));
  return chosen.flatMap((host) =>
    odd.flatMap((file) => {
      const good = required(plugins, "trimpath");
      return [[file], [good, file], [file, good], [file, file]].map((list) => ({ host, plugins: list }));
    }),
  );
}

/**
 * Every plugin twice, after a good one and before it.
 *
 * @param {BuiltVersion} version
 * @returns {Plan[]}
 */
export function twice({ hosts, plugins }) {
  const chosen = hosts.filter(({ name }) => ["plain", "trimpath", "netgo"].includes(name));
  return chosen.flatMap((host) =>
    plugins.flatMap((plugin) => {
      const good = required(plugins, "trimpath");
      return [
        [plugin, plugin],
        [good, plugin],
        [plugin, good],
        [plugin, plugin, good],
      ].map((list) => ({ host, plugins: list }));
    }),
  );
}

/**
 * The same good file under different spellings of its path.
 *
 * @param {BuiltVersion} version
 * @returns {Plan[]}
 */
export function pathPlans({ hosts, plugins, folder }) {
  const host = required(hosts, "trimpath");
  const { file } = required(plugins, "trimpath");
  const other = named(plugins, "plain")?.file ?? file;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "deep er", "ünïcode"), { recursive: true });
  symlinkSync(dirname(file), join(folder, "linked"));
  symlinkSync(file, join(folder, "short"));
  symlinkSync(file, join(folder, "x.so"));
  const here = relative(folder, file);
  const lists = [
    [here],
    [`./${here}`],
    [`deep er/../${here}`],
    [`deep er/ünïcode/../../${here}`],
    [`absent/../${here}`],
    ["linked/trimpath.so"],
    ["short"],
    ["x.so"],
    ["short", "x.so", file],
    [other, "short"],
    [""],
    ["."],
    ["/"],
    ["/dev/null"],
    [`${here}/`],
    [`${"./".repeat(500)}${here}`],
    [`${"./".repeat(2_100)}${here}`],
    ["a".repeat(300)],
    ["so", ".so", "a.so"],
    [file, file],
    [other, other],
    [other, file],
    [file, here],
  ];
  return lists.map((list) => ({
    host,
    cwd: folder,
    plugins: list.map((path) => ({ name: path.length > 60 ? `${path.slice(0, 60)}…` : path, file: path })),
  }));
}

/**
 * Hosts of one Go version with plugins of another one.
 *
 * @param {readonly BuiltVersion[]} worlds
 * @returns {Plan[]}
 */
export function cross(worlds) {
  const names = ["plain", "trimpath", "small", "section-stripped", "exports-nothing"];
  return worlds.flatMap((from) =>
    worlds
      .filter((to) => to !== from)
      .flatMap((to) => {
        const hosts = from.hosts.filter(({ name }) => ["plain", "trimpath"].includes(name));
        const plugins = to.plugins.filter(({ name }) => names.includes(name));
        return hosts.flatMap((host) =>
          plugins.flatMap((plugin) => {
            const own = required(from.plugins, "trimpath");
            return [[plugin], [own, plugin], [plugin, own]].map((list) => ({ host, plugins: list }));
          }),
        );
      }),
  );
}

/**
 * Random orders of good, bad and odd files.
 *
 * @param {BuiltVersion} version
 * @param {number} seed
 * @param {number} count
 * @returns {Plan[]}
 */
export function orders({ hosts, plugins, odd }, seed, count) {
  const steady = hosts.filter(
    ({ name }) => !["static", "static-pie", "cgo-off", "no-export-dynamic", "musl", "packed"].includes(name),
  );
  const likely = plugins.filter(
    ({ name }) => !["symbolic", "c-shared", "musl", "panics", "exits", "packed"].includes(name),
  );
  return sequences(seed, count, steady, likely, [...plugins, ...odd]);
}

/**
 * @template {{ readonly name: string; readonly file: string }} T
 * @param {readonly T[]} list
 * @param {string} name
 */
function named(list, name) {
  return list.find((entry) => entry.name === name || basename(entry.file) === name);
}

/**
 * Returns the entry with the name. Throws if it was not built.
 *
 * @template {{ readonly name: string; readonly file: string }} T
 * @param {readonly T[]} list
 * @param {string} name
 */
function required(list, name) {
  const found = named(list, name);
  if (found === undefined) throw new Error(`${name} was not built`);
  return found;
}
