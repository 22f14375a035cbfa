#!/usr/bin/env node
/**
 * `node packages/go-matrix/src/matrix.mjs [--quick]` builds hosts and plugins with every setting that is known to matter, opens them
 * with the real plugin.Open, and records the results as JSON lines. compare.mjs then compares Tenon's predictions with them.
 */
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildVariant, layout, worldWriter } from "./build.mjs";
import { makeOddFiles } from "./odd-files.mjs";
import { openPlugins } from "./open.mjs";
import { readOptions } from "./options.mjs";
import { cross, oddPlans, orders, pairs, pathPlans, twice } from "./plans.mjs";
import { inParallel } from "./pool.mjs";
import { findToolchain } from "./toolchains.mjs";
import { hostVariants } from "./variants/hosts.mjs";
import { pluginVariants } from "./variants/plugins.mjs";

/** @import { Build, BuiltVersion, HostFile, Layout, OpenResult, Plan, PluginFile, Role, Toolchain, Variant } from "./types.js" */

const options = readOptions();
const worlds = worldWriter(options.cache);
/** @type {BuiltVersion[]} */
const versions = [];
const secondary = /:few$/;
for (const wanted of options.versions) {
  const toolchain = findToolchain(wanted.replace(secondary, ""));
  if (toolchain === undefined) console.log(`Go ${wanted} is not available here: skipped`);
  else versions.push(await prepare(toolchain, secondary.test(wanted)));
}
const whole = versions.filter(({ few }) => !few);
/** @type {Record<string, () => Plan[]>} */
const makers = {
  pairs: () => versions.flatMap(pairs),
  odd: () => whole.flatMap(oddPlans),
  twice: () => whole.flatMap(twice),
  paths: () => whole.flatMap(pathPlans),
  cross: () => cross(versions),
  orders: () => whole.flatMap((version) => orders(version, options.seed, options.orders)),
};
mkdirSync(options.truth, { recursive: true });
for (const set of options.sets.filter((name) => name !== "none")) {
  const plans = makers[set];
  if (plans === undefined) throw new Error(`--only: unknown set ${set}; use ${Object.keys(makers).join(", ")}, none`);
  await tryAll(set, plans());
}

/**
 * Builds everything for one Go version: hosts, plugins, odd files.
 *
 * @param {Toolchain} toolchain
 * @param {boolean} few
 * @returns {Promise<BuiltVersion>}
 */
async function prepare(toolchain, few) {
  const place = layout(options.cache, toolchain);
  const wanted = [...hostVariants(), ...pluginVariants()].filter((variant) =>
    fits(variant, toolchain, few, versions.length === 0),
  );
  const started = Date.now();
  const direct = await buildAll(
    place,
    wanted.filter(({ from }) => from === undefined),
  );
  const copies = await buildAll(
    place,
    wanted.filter(({ from }) => from !== undefined && isBuilt(direct, from)),
  );
  const built = [...direct, ...copies];
  /**
   * @param {Role} role
   * @returns {HostFile[]}
   */
  const files = (role) =>
    built
      .filter((done) => done.built && done.variant.role === role)
      .map(({ variant, file }) => ({
        ...pick(variant),
        go: toolchain.version,
        file,
        source: sourceOf(place, variant),
      }));
  const plugins = files("plugin");
  const byName = new Map(plugins.map(({ name, file }) => [name, file]));
  const { made, skipped } = await makeOddFiles(join(place.built, "odd"), byName);
  const fresh = built.filter((done) => done.built && !done.reused).length;
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    `Go ${toolchain.version}: ${files("host").length} hosts, ${plugins.length} plugins (${fresh} rebuilt), ${made.length} odd files, ${seconds} s`,
  );
  for (const done of built)
    if (!done.built) {
      const { variant, reason } = done;
      console.log(`  skipped: ${variant.role} ${variant.name}: ${reason.split("\n").at(-1)?.slice(0, 160)}`);
    }
  for (const { name, reason } of skipped) console.log(`  skipped: ${name}: ${reason.split("\n")[0]?.slice(0, 160)}`);
  const odd = made.map((entry) => ({ ...entry, go: toolchain.version }));
  return { few, hosts: files("host"), plugins, odd, folder: join(place.built, "paths") };
}

/**
 * @param {Layout} place
 * @param {Variant} variant
 */
function sourceOf(place, { role, name, from }) {
  return join(place.sources, `${role}-${from ?? name}`);
}

/** @param {Variant} variant */
function pick({ name, leading, unforeseeable, role }) {
  return { name, leading, unforeseeable, role };
}

/**
 * @param {Variant} variant
 * @param {Toolchain} toolchain
 * @param {boolean} few
 * @param {boolean} isFirst
 */
function fits({ minors: [first, last] = [0, 99], quick, rare, name }, { minor }, few, isFirst) {
  if (minor < first || minor > last) return false;
  if (few) return ["plain", "trimpath", "small", "section-stripped", "exports-nothing"].includes(name);
  if (rare && !isFirst && !options.all) return false;
  return !options.quick || quick === true;
}

/**
 * @param {readonly Build[]} direct
 * @param {string} name
 */
function isBuilt(direct, name) {
  return direct.some((done) => done.built && done.variant.name === name);
}

/**
 * @param {Layout} place
 * @param {readonly Variant[]} variants
 */
function buildAll(place, variants) {
  return inParallel(variants, 2, async (variant) => {
    const started = Date.now();
    const done = await buildVariant(place, variant, worlds);
    if (options.verbose && !done.reused)
      console.log(
        `  ${variant.role} ${variant.name}: ${((Date.now() - started) / 1000).toFixed(1)} s${done.built ? "" : `: ${done.reason}`}`,
      );
    return done;
  });
}

/**
 * Opens everything in a set with the real host, and records the results in SET.jsonl.
 *
 * @param {string} set
 * @param {readonly Plan[]} plans
 */
async function tryAll(set, plans) {
  const truth = createWriteStream(join(options.truth, `${set}.jsonl`));
  /** @type {Record<string, number>} */
  const counts = {};
  const started = Date.now();
  await inParallel(plans, 3, async ({ host, plugins, cwd = options.cache }) => {
    const files = plugins.map(({ file }) => file);
    const opened = await openPlugins(host.file, files, { cwd, leading: host.leading });
    const results = opened.results.map((result, at) => {
      const { name, go, unforeseeable, source } = /** @type {PluginFile} */ (plugins[at]);
      return { name, go, unforeseeable, source, ...result };
    });
    for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
    const { command, ready, signal, code, stderr } = opened;
    const of = {
      set,
      host: host.name,
      go: host.go,
      hostFile: host.file,
      hostSource: host.source,
      leading: host.leading,
      cwd,
    };
    truth.write(`${JSON.stringify({ ...of, command, ready, signal, code, stderr, results })}\n`);
  });
  await new Promise((resolve) => truth.end(() => resolve(undefined)));
  const shown = Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1));
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    `${set}: ${plans.length} processes, ${seconds} s: ${shown.map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`,
  );
}
