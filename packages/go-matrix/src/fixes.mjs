#!/usr/bin/env node
/**
 * `node packages/go-matrix/src/fixes.mjs [--quick]` tests the fixes. For every plugin that a host rejects and for which Tenon prints a
 * command, it runs the command in a copy of the plugin's sources and opens the result in the real host. A command may decline with a
 * coded error, for instance if host and plugin have different contents of the same module version.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkGoPlugins } from "tenon/go";
import { environmentOf } from "./build.mjs";
import { openPlugins } from "./open.mjs";
import { readOptions } from "./options.mjs";
import { inParallel } from "./pool.mjs";
import { runCommand } from "./run-command.mjs";
import { generator } from "./sequences.mjs";
import { foreseeable, readTruth } from "./truth.mjs";

/** @import { OpenResult, ProcessRecord, RecordedResult } from "./types.js" */

/**
 * What following a fix led to.
 *
 * @typedef {"fixed" | "not fixed" | "command fails" | "declined" | "no command" | "unknown"} Outcome
 * @typedef {{ outcome: Outcome; text: string }} FixResult
 */

/**
 * A process in which the host rejected its only plugin.
 *
 * @typedef {ProcessRecord & { results: readonly [RecordedResult & { source: string }] }} Refusal
 */

const options = readOptions();
const root = join(options.cache, "fixes");
const commands = fileURLToPath(new URL("../../../node_modules/.bin/", import.meta.url));
rmSync(root, { recursive: true, force: true });
const refused = sample(readTruth(options).filter(isRefusedAlone), options.sample);
/** @type {Record<Outcome, number>} */
const counts = { fixed: 0, "not fixed": 0, "command fails": 0, declined: 0, "no command": 0, unknown: 0 };
/** @type {string[]} */
const shown = [];
await inParallel(refused, 2, async (record, at) => {
  const { outcome, text } = await fix(record, join(root, String(at)));
  counts[outcome]++;
  if (outcome !== "fixed")
    shown.push(`${outcome}: Go ${record.go}, ${record.host} <- ${record.results[0].name}: ${text}`);
});
for (const line of shown.sort()) console.log(line);
console.log(
  Object.entries(counts)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(", "),
);
process.exitCode = counts["not fixed"] + counts["command fails"] > 0 ? 1 : 0;

/**
 * Picks cases at random, but every host and every plugin at least once if there is room.
 *
 * @param {readonly Refusal[]} records
 * @param {number} count
 */
function sample(records, count) {
  const random = generator(options.seed);
  const shuffled = records.map((record) => ({ record, rank: random() })).sort((one, other) => one.rank - other.rank);
  /** @type {Set<string>} */
  const seen = new Set();
  /** @param {{ record: Refusal }} entry */
  const isNew = ({ record: { go, host, results } }) => {
    const names = [`host ${go} ${host}`, `plugin ${results[0].go} ${results[0].name}`];
    return names.filter((name) => !seen.has(name) && seen.add(name)).length > 0;
  };
  const first = shuffled.filter(isNew);
  const others = shuffled.filter((entry) => !first.includes(entry));
  return [...first, ...others].slice(0, count).map(({ record }) => record);
}

/**
 * @param {ProcessRecord} record
 * @returns {record is Refusal}
 */
function isRefusedAlone(record) {
  const [first] = foreseeable(record);
  const isAlone = ["pairs", "cross"].includes(record.set) && record.results.length === 1;
  return isAlone && first !== undefined && ["error", "crash"].includes(first.outcome) && existsSync(first.source ?? "");
}

/**
 * Follows the fix as a plugin author would, up to three times, and then opens the plugin in the real host.
 *
 * @param {Refusal} record
 * @param {string} folder
 * @returns {Promise<FixResult>}
 */
async function fix(record, folder) {
  const [{ plugin, source }] = record.results;
  const [newHost, newPlugin] = [join(folder, "host", "fixed"), join(folder, "plugin", "fixed.so")];
  /** @type {Record<"host" | "plugin", string>} */
  const now = { host: record.hostFile, plugin };
  const done = [];
  mkdirSync(folder, { recursive: true });
  for (let round = 0; round < 3; round++) {
    const { results } = await checkGoPlugins(now.host, [now.plugin], { sysroot: "/", cwd: record.cwd });
    const [verdict] = results;
    if (verdict === undefined) break;
    if (verdict.outcome === "unknown")
      return { outcome: "unknown", text: verdict.findings.map(({ code }) => code).join(", ") };
    if (!["error", "crash"].includes(verdict.outcome)) break;
    const suggested = verdict.findings.find(({ fix }) => fix.command !== undefined)?.fix.command;
    if (suggested === undefined)
      return { outcome: "no command", text: verdict.findings.map(({ code }) => code).join(", ") };
    const isForHost = suggested.includes(`-o ${now.host}`);
    const role = isForHost ? "host" : "plugin";
    const target = isForHost ? newHost : newPlugin;
    const cwd = join(folder, role);
    if (!existsSync(cwd)) cpSync(isForHost ? record.hostSource : source, cwd, { recursive: true });
    const command = isForHost
      ? suggested.replaceAll(`-o ${now.host}`, `-o ${target}`)
      : suggested.replaceAll(now.plugin, target);
    done.push(command);
    const env = {
      ...authorsEnvironment(isForHost ? record.hostFile : plugin),
      PATH: `${commands}:${process.env.PATH}`,
    };
    const failure = await follow(command, record.hostSource, { cwd, env });
    if (failure !== undefined) return failure;
    now[role] = target;
  }
  const opened = await openPlugins(now.host, [now.plugin], { cwd: folder, leading: leadingOf(now, record) });
  const result = /** @type {OpenResult} */ (opened.results[0]);
  rmSync(folder, { recursive: true, force: true });
  if (result.outcome === "opens") return { outcome: "fixed", text: "" };
  return { outcome: "not fixed", text: `${done.join("; ")}: ${result.error ?? result.fatal ?? result.outcome}` };
}

/**
 * A rebuilt host is no longer a test binary.
 *
 * @param {{ host: string }} now
 * @param {ProcessRecord} record
 */
function leadingOf({ host }, { hostFile, leading }) {
  return host === hostFile ? leading : undefined;
}

/**
 * Runs the command, with HOST_SOURCE replaced by the folder of the host's sources. If the command declines and its own fix has
 * another command, runs that and tries again, as an author would.
 *
 * @param {string} command
 * @param {string} hostSource
 * @param {{ cwd: string; env: NodeJS.ProcessEnv }} options
 * @returns {Promise<FixResult | undefined>} why it failed
 */
async function follow(command, hostSource, options) {
  const filled = fill(command, hostSource);
  const line = filled.startsWith("tenon ") ? `${filled} --json` : filled;
  for (let tries = 0; ; tries++) {
    const done = await runCommand("/bin/sh", ["-c", line], { ...options, limit: 600_000 });
    if (done.code === 0) return undefined;
    const error = answerOf(done.stdout);
    if (error === undefined)
      return { outcome: "command fails", text: `${line}: ${(done.stderr || done.stdout).slice(0, 500)}` };
    const next = error.fix?.command === undefined ? undefined : fill(error.fix.command, hostSource);
    if (next === undefined || tries === 2) return { outcome: "declined", text: `${error.code}: ${error.message}` };
    const helped = await runCommand("/bin/sh", ["-c", next], { ...options, limit: 600_000 });
    if (helped.code !== 0) return { outcome: "command fails", text: `${next}: ${helped.stderr.slice(0, 500)}` };
  }
}

/**
 * @param {string} output
 * @returns {{ code: string; message: string; fix?: { command?: string } } | undefined}
 */
function answerOf(output) {
  try {
    return JSON.parse(output.trim().split("\n").at(-1) ?? "").error;
  } catch {
    return undefined;
  }
}

/**
 * Modules come from the same place as for the plugin's author; the command chooses the Go release and the build flags.
 *
 * @param {string} plugin
 */
function authorsEnvironment(plugin) {
  const file = environmentOf(plugin);
  const { GOPROXY, GOSUMDB, GOMODCACHE } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const own = Object.entries({ GOPROXY, GOSUMDB, GOMODCACHE }).filter(([, value]) => value !== undefined);
  return { ...process.env, GOFLAGS: "-buildvcs=false -modcacherw", ...Object.fromEntries(own) };
}

/**
 * Values that only the publisher of a host knows.
 *
 * @param {string} command
 * @param {string} hostSource
 */
function fill(command, hostSource) {
  return command.replaceAll("HOST_SOURCE", hostSource).replaceAll("HOST_PROFILE", join(hostSource, "default.pgo"));
}
