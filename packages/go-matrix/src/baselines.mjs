#!/usr/bin/env node
/**
 * Compares today's methods of finding out whether a plugin fits with the truth: comparing the output of `go version -m` for the two
 * files, and comparing Go version, C library and go.sum of the two source folders, as the plugin checkers of gateways do. Both only
 * predict "opens" or "does not open", so only that is counted, for plugins that are opened alone.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readOptions } from "./options.mjs";
import { readTruth } from "./truth.mjs";

/** @import { BaselineTally, Options, ProcessRecord, RecordedResult } from "./types.js" */

/** Settings that must be equal according to common advice; -ldflags, CGO_CFLAGS and GOAMD64 are left out as harmless. */
const telling = [
  "-trimpath",
  "-tags",
  "-race",
  "-msan",
  "-asan",
  "-gcflags",
  "-cover",
  "-pgo",
  "GOEXPERIMENT",
  "CGO_ENABLED",
  "GOOS",
  "GOARCH",
];

/**
 * What `go version -m` prints: the release, the settings of the build, and the version of each module.
 *
 * @typedef {{ go: string; settings: Record<string, string>; modules: Record<string, string> }} BuildInfo
 */

/**
 * A process that opened one plugin.
 *
 * @typedef {ProcessRecord & { results: readonly [RecordedResult] }} LoneRecord
 */

/** @type {Map<string, BuildInfo | undefined>} */
const known = new Map();

/**
 * Returns `{ go, settings, modules }` from `go version -m FILE`, or undefined if it finds nothing.
 *
 * @param {string} file
 */
function buildInfo(file) {
  if (!known.has(file)) known.set(file, readBuildInfo(file));
  return known.get(file);
}

/**
 * @param {string} file
 * @returns {BuildInfo | undefined}
 */
function readBuildInfo(file) {
  const asked = spawnSync("go", ["version", "-m", file], { encoding: "utf8" });
  const [first = "", ...lines] = asked.stdout.split("\n");
  const go = /: (\S+.*)$/.exec(first)?.[1];
  if (asked.status !== 0 || go === undefined || lines.length < 2) return undefined;
  /** @type {BuildInfo["settings"]} */
  const settings = {};
  /** @type {BuildInfo["modules"]} */
  const modules = {};
  /** @type {string | undefined} */
  let last;
  for (const [, kind, ...rest] of lines.map((line) => line.split("\t"))) {
    if (kind === "build") {
      const text = rest.join("\t");
      settings[text.slice(0, text.indexOf("="))] = text.slice(text.indexOf("=") + 1);
    }
    if (kind === "mod" || kind === "dep") {
      last = rest[0] ?? "";
      modules[last] = rest.slice(1).join(" ");
    }
    if (kind === "=>" && last !== undefined) modules[last] = `=> ${rest.join(" ")}`;
  }
  return { go, settings, modules };
}

/**
 * By build info: the same Go, the same relevant settings, the same version of every module that both have.
 *
 * @param {LoneRecord} record
 */
function byBuildInfo({ hostFile, results: [{ plugin }] }) {
  const [host, own] = [buildInfo(hostFile), buildInfo(plugin)];
  if (host === undefined || own === undefined || host.go !== own.go) return false;
  if (host.settings.CGO_ENABLED === "0") return false;
  if (telling.some((name) => host.settings[name] !== own.settings[name])) return false;
  return Object.entries(own.modules).every(([path, version]) => (host.modules[path] ?? version) === version);
}

/**
 * By source folders: the same Go, and no module with another version or sum in go.sum. The C library is the same everywhere here.
 *
 * @param {LoneRecord} record
 */
function bySums({ go, hostSource, results: [{ go: pluginGo, source }] }) {
  if (go !== pluginGo) return false;
  const [host, own] = [sums(hostSource), sums(/** @type {string} */ (source))];
  return Object.entries(own).every(([path, line]) => (host[path] ?? line) === line);
}

/**
 * @param {string} folder
 * @returns {Record<string, string>}
 */
function sums(folder) {
  const file = join(folder, "go.sum");
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, "utf8").split("\n");
  const entries = lines.filter((line) => line !== "" && !line.includes("/go.mod ")).map((line) => line.split(" "));
  return Object.fromEntries(entries.map(([path = "", ...rest]) => [path, rest.join(" ")]));
}

const methods = { "go version -m": byBuildInfo, "Go version and go.sum": bySums };

/**
 * Returns `[{ method, right, alarms, misses, count }]` for the plugins that were opened alone.
 *
 * @param {readonly ProcessRecord[]} records
 */
export function judgeBaselines(records) {
  const alone = records.filter(isLone);
  const fair = alone.filter(({ results: [{ unforeseeable }] }) => unforeseeable === undefined);
  return Object.entries(methods).map(([method, predicts]) => {
    const tally = { method, count: fair.length, right: 0, alarms: 0, misses: 0 };
    for (const record of fair) {
      const [predicted, real] = [predicts(record), record.results[0].outcome === "opens"];
      if (predicted === real) tally.right++;
      else if (real) tally.alarms++;
      else tally.misses++;
    }
    return tally;
  });
}

/**
 * Whether a host opened one plugin alone.
 *
 * @param {ProcessRecord} record
 * @returns {record is LoneRecord}
 */
function isLone(record) {
  return ["pairs", "cross"].includes(record.set) && record.results.length === 1;
}

/**
 * One line per method.
 *
 * @param {readonly BaselineTally[]} tallies
 */
export function printBaselines(tallies) {
  for (const { method, count, right, alarms, misses } of tallies)
    console.log(
      `${method}: right on ${right} of ${count} (${percent(right, count)}), ${alarms} false alarms, ${misses} missed`,
    );
}

/**
 * Formats a percentage that is never rounded up to 100.
 *
 * @param {number} part
 * @param {number} whole
 */
export function percent(part, whole) {
  return whole === 0 ? "–" : `${Math.floor((part / whole) * 10_000) / 100} %`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printBaselines(judgeBaselines(readTruth(readOptions())));
