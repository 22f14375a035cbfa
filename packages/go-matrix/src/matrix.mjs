#!/usr/bin/env node
/**
 * `node packages/go-matrix/src/matrix.mjs [--quick]`: builds hosts and plugins in every way that is known to matter, lets the real
 * plugin.Open open them, and writes what happened as JSON lines. compare.mjs then holds Tenon's verdict against it.
 */
import { createWriteStream, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildVariant, layout, worldWriter } from "./build.mjs";
import { makeOddFiles } from "./odd-files.mjs";
import { openPlugins } from "./open.mjs";
import { readOptions } from "./options.mjs";
import { cross, oddPlans, orders, pairs, pathPlans, twice } from "./plans.mjs";
import { inParallel } from "./pool.mjs";
import { findToolchain } from "./toolchains.mjs";
import { hostVariants } from "./variants/hosts.mjs";
import { pluginVariants } from "./variants/plugins.mjs";

const options = readOptions();
const worlds = worldWriter(options.cache);
const versions = [];
const secondary = /:few$/;
for (const wanted of options.versions) {
  const toolchain = findToolchain(wanted.replace(secondary, ""));
  if (toolchain === undefined) console.log(`Go ${wanted} cannot be had here: left out`);
  else versions.push(await prepare(toolchain, secondary.test(wanted)));
}
const plans = versions.flatMap((version) => [
  ...when("pairs", () => pairs(version)),
  ...when("odd", () => (version.few ? [] : oddPlans(version))),
  ...when("twice", () => (version.few ? [] : twice(version))),
  ...when("paths", () => (version.few ? [] : pathPlans(version))),
  ...when("orders", () => (version.few ? [] : orders(version, options.seed, options.orders))),
]);
plans.push(...when("cross", () => cross(versions)));
await tryAll(plans);

function when(set, make) {
  return options.sets.includes(set) ? make() : [];
}

/** Builds everything of one Go version: hosts, plugins, odd files. */
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
    `Go ${toolchain.version}: ${files("host").length} hosts, ${plugins.length} plugins (${fresh} built anew), ${made.length} odd files, ${seconds} s`,
  );
  for (const { variant, reason } of built.filter((done) => !done.built))
    console.log(`  left out: ${variant.role} ${variant.name}: ${reason.split("\n").slice(-1)[0].slice(0, 160)}`);
  for (const { name, reason } of skipped) console.log(`  left out: ${name}: ${reason.split("\n")[0].slice(0, 160)}`);
  const odd = made.map((entry) => ({ ...entry, go: toolchain.version }));
  return { few, hosts: files("host"), plugins, odd, folder: join(place.built, "paths") };
}

function sourceOf(place, { role, name, from }) {
  return join(place.sources, `${role}-${from ?? name}`);
}

function pick({ name, leading, unforeseeable, role }) {
  return { name, leading, unforeseeable, role };
}

function fits({ minors: [first, last] = [0, 99], quick, rare, name }, { minor }, few, isFirst) {
  if (minor < first || minor > last) return false;
  if (few) return ["plain", "trimpath", "small", "section-stripped", "exports-nothing", "race-trimpath"].includes(name);
  if (rare && !isFirst && !options.all) return false;
  return !options.quick || quick === true;
}

function isBuilt(direct, name) {
  return direct.some((done) => done.built && done.variant.name === name);
}

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

async function tryAll(list) {
  mkdirSync(dirname(options.truth), { recursive: true });
  const truth = createWriteStream(options.truth);
  const counts = {};
  const started = Date.now();
  await inParallel(list, 3, async ({ set, host, plugins, cwd = options.cache }) => {
    const opened = await openPlugins(
      host.file,
      plugins.map(({ file }) => file),
      { cwd, leading: host.leading },
    );
    const results = opened.results.map((result, at) => {
      const { name, go, unforeseeable, source } = plugins[at];
      return { name, go, unforeseeable, source, ...result };
    });
    for (const { outcome } of results) {
      counts[set] ??= {};
      counts[set][outcome] = (counts[set][outcome] ?? 0) + 1;
    }
    const { command, ready, signal, code, stderr } = opened;
    const record = {
      set,
      host: host.name,
      go: host.go,
      cwd,
      command,
      ready,
      signal,
      code,
      stderr,
      hostFile: host.file,
      hostSource: host.source,
      results,
    };
    truth.write(`${JSON.stringify(record)}\n`);
  });
  await new Promise((resolve) => truth.end(resolve));
  for (const [set, outcomes] of Object.entries(counts)) {
    const shown = Object.entries(outcomes).sort(([one], [other]) => (one < other ? -1 : 1));
    console.log(`${set}: ${shown.map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`);
  }
  const size = existsSync(options.truth) ? list.length : 0;
  console.log(`${size} processes in ${((Date.now() - started) / 1000).toFixed(0)} s: ${options.truth}`);
}
