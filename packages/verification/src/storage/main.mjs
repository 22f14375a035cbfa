#!/usr/bin/env node
/**
 * `node packages/verification/src/storage/main.mjs [--kills N] [WORD …]`: kills hosts (kill -9), plugins' processes (kill -9) and plugins'
 * threads at random moments while they store, and compares what is stored afterwards with what was confirmed. Words choose rows.
 * Exits with 1 if a confirmed write was lost, or one is there in part.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createHost } from "tenon";
import { compare, lanes, writer } from "./writes.mjs";

/** @typedef {{ kills: number, confirmed: number, lost: number, torn: number, later: number }} Outcome */
/** @typedef {"worker" | "process"} Killed */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: "string", default: "50" } },
});
const kills = Number(values.kills);
const artifact = new URL("./writer.mjs", import.meta.url);
const grants = { storage: /** @type {const} */ (true) };
const folder = mkdtempSync(join(tmpdir(), "tenon-storage-kills-"));
const moment = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 120));

/** @type {Record<string, () => Promise<Outcome>>} */
const campaigns = {
  "host, plugin in a thread": () => killHosts("worker"),
  "host, plugin in a process": () => killHosts("process"),
  "plugin's thread": () => killPlugins("worker"),
  "plugin's process": () => killPlugins("process"),
};
const manyKeys = 1_000_000;

const sums = { kills: 0, confirmed: 0, lost: 0, torn: 0 };
console.log("| killed | kills | confirmed writes | lost | torn | under way and stored |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
try {
  for (const [name, campaign] of Object.entries(campaigns)) {
    if (positionals.length > 0 && !positionals.some((word) => name.includes(word))) continue;
    const outcome = await campaign();
    const { confirmed, lost, torn, later } = outcome;
    console.log(`| ${name} | ${outcome.kills} | ${confirmed} | ${lost} | ${torn} | ${later} |`);
    sums.kills += outcome.kills;
    sums.confirmed += confirmed;
    sums.lost += lost;
    sums.torn += torn;
  }
  if (positionals.length === 0 || positionals.includes("keys")) console.log(await listMany(manyKeys));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`storage: ${sums.kills} kills, ${sums.confirmed} confirmed writes, ${sums.lost} lost, ${sums.torn} torn`);
process.exitCode ??= sums.lost + sums.torn === 0 && sums.confirmed >= sums.kills ? 0 : 1;

/** @param {Killed} place @returns {Promise<Outcome>} */
async function killHosts(place) {
  const storage = join(folder, `host-${place}`);
  const outcome = { kills, confirmed: 0, lost: 0, torn: 0, later: 0 };
  /** @type {number[]} */
  let numbers = Array(lanes).fill(0);
  for (let kill = 0; kill < kills; kill++) {
    const program = fileURLToPath(new URL("./host.mjs", import.meta.url));
    const child = spawn(process.execPath, [program, storage, place, numbers.join(",")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    const began = new Promise((resolve) => child.stdout.once("data", resolve));
    child.stdout.on("data", (data) => (text += data));
    const ended = new Promise((resolve) => child.once("close", resolve));
    await Promise.race([began, ended]);
    await moment();
    child.kill("SIGKILL");
    await ended;
    const confirmed = [...numbers];
    for (const line of text
      .slice(0, text.lastIndexOf("\n") + 1)
      .trim()
      .split("\n")) {
      const [lane = 0, number = 0] = line.split(" ").map(Number);
      if (line !== "") confirmed[lane] = number;
    }
    const host = createHost({ storage });
    const plugin = await host.open(artifact, writer, { grants });
    numbers = add(outcome, numbers, confirmed, compare(await readAll(plugin), confirmed));
    await host.close();
  }
  return outcome;
}

/** @param {Killed} place @returns {Promise<Outcome>} */
async function killPlugins(place) {
  const host = createHost({ storage: join(folder, `plugin-${place}`) });
  const plugin = await host.open(artifact, writer, {
    place,
    grants,
    supervision: { crashes: 1000, backoff: { first: 1, factor: 1, jitter: 0 } },
  });
  const outcome = { kills, confirmed: 0, lost: 0, torn: 0, later: 0 };
  /** @type {number[]} */
  let numbers = Array(lanes).fill(0);
  for (let kill = 0; kill < kills; kill++) {
    const confirmed = [...numbers];
    const writing = confirmed.map(async (from, lane) => {
      for (let number = from + 1; ; number++) {
        try {
          await plugin.exports.write(lane, number);
        } catch {
          return;
        }
        confirmed[lane] = number;
      }
    });
    await moment();
    if (place === "process") process.kill(/** @type {number} */ (plugin.id), "SIGKILL");
    else await Promise.resolve(plugin.exports.exit()).catch(() => {});
    await Promise.all(writing);
    numbers = add(outcome, numbers, confirmed, compare(await readAll(plugin), confirmed));
  }
  await host.close();
  return outcome;
}

/**
 * Stores as many keys as this, and lists them: the host and the plugin never have more than a page of them.
 *
 * @param {number} count
 */
async function listMany(count) {
  const host = createHost({ storage: join(folder, "many") });
  const limits = { deadline: 0, memory: 128 * 2 ** 20 };
  const many = { storage: { entries: count, bytes: 100 * count } };
  const { exports } = await host.open(artifact, writer, { name: "many", place: "process", grants: many, limits });
  await exports.fill(count);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const listed = await exports.count();
  const grown = Math.max(0, process.memoryUsage().rss - before) / 2 ** 20;
  await host.close();
  if (listed !== count || grown > 64) process.exitCode = 1;
  return `storage: listed ${listed} of ${count} keys from a process of at most 128 MiB; the host grew by ${grown.toFixed(0)} MiB`;
}

/** @param {import("tenon").Plugin<typeof writer>} plugin */
async function readAll({ exports }) {
  const stored = new Map();
  for (const key of await exports.keys()) stored.set(key, await exports.read(key));
  return stored;
}

/**
 * @param {Outcome} outcome
 * @param {readonly number[]} before
 * @param {readonly number[]} confirmed
 * @param {ReturnType<typeof compare>} compared
 */
function add(outcome, before, confirmed, { lost, torn, later, numbers }) {
  for (const [lane, number] of confirmed.entries()) outcome.confirmed += number - (before[lane] ?? 0);
  outcome.lost += lost;
  outcome.torn += torn;
  outcome.later += later;
  return numbers;
}
