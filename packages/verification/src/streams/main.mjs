#!/usr/bin/env node
/**
 * `node packages/verification/src/streams/main.mjs [--mebibytes N] [--items N] [WORD …]`: passes streams through plugins,
 * both ways, and shows that what a stream occupies does not grow with what has passed. Words choose from the first two
 * columns.
 *
 * The host's memory is measured after a garbage collection, in this process, while the stream is open. The memory of a
 * thread or process is limited, so that a plugin that keeps what has passed ends.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createHost } from "tenon";
import { flow } from "./contract.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mebibytes: { type: "string", default: "10240" },
    items: { type: "string", default: "10000000" },
  },
});
const size = Number(values.mebibytes) * 2 ** 20;
const items = Number(values.items);

const mostGrowth = 8 * 2 ** 20;
const pluginMemory = 32 * 2 ** 20;
const looks = 8;

setFlagsFromString("--expose-gc");
const collect = /** @type {() => void} */ (runInNewContext("gc"));

/** What the host occupies while something passes: looks at it at equal distances. */
class Occupied {
  least = Number.POSITIVE_INFINITY;
  most = 0;
  #next;
  #step;

  /** @param {number} total */
  constructor(total) {
    this.#step = Math.floor(total / looks);
    this.#next = this.#step;
  }

  /** @param {number} passed */
  look(passed) {
    if (passed < this.#next) return;
    this.#next += this.#step;
    // The second one waits for the buffers that the first one released.
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    this.least = Math.min(this.least, heapUsed + external);
    this.most = Math.max(this.most, heapUsed + external);
  }

  get growth() {
    return this.most - this.least;
  }
}

/** @typedef {import("tenon").Plugin<typeof flow>} FlowPlugin */

/** @type {Readonly<Record<string, (plugin: FlowPlugin) => Promise<{ passed: number, occupied: Occupied }>>>} */
const flows = {
  async "bytes to the host"({ exports }) {
    const occupied = new Occupied(size);
    let passed = 0;
    for await (const chunk of await exports.writeBytes(BigInt(size))) occupied.look((passed += chunk.byteLength));
    return { passed: passed / size, occupied };
  },
  async "bytes to the plugin"({ exports }) {
    const occupied = new Occupied(size);
    const read = await exports.readBytes(
      (async function* () {
        const chunk = 64 * 1024;
        for (let at = 0; at < size; at += chunk) {
          yield new Uint8Array(Math.min(chunk, size - at));
          occupied.look(at + chunk);
        }
      })(),
    );
    return { passed: Number(read) / size, occupied };
  },
  async "items to the host"({ exports }) {
    const occupied = new Occupied(items);
    let passed = 0;
    for await (const _ of await exports.writeNumbers(items)) occupied.look(++passed);
    return { passed: passed / items, occupied };
  },
  async "items to the plugin"({ exports }) {
    const occupied = new Occupied(items);
    const read = await exports.readNumbers(
      (async function* () {
        for (let at = 0; at < items; at++) {
          yield at;
          occupied.look(at + 1);
        }
      })(),
    );
    return { passed: Number(read) / items, occupied };
  },
};

const host = createHost();
const plugins = { javascript: "flow.mjs", c: "flow.c" };
const places = /** @type {const} */ (["inline", "worker", "worker-pool", "process"]);
let failed = 0;
console.log(`${size / 2 ** 20} MiB of bytes, ${items} items\n`);
console.log("| plugin | place | stream | growth of the host's memory | the plugin's process | seconds |");
console.log("| --- | --- | --- | --- | --- | --- |");
for (const [language, file] of Object.entries(plugins)) {
  for (const place of places) {
    if (!positionals.every((word) => word === language || word === place)) continue;
    for (const [name, run] of Object.entries(flows)) await measure(language, file, place, name, run);
  }
}
await host.close();
console.log(failed === 0 ? "\nstreams: bounded in every place" : `\nstreams: ${failed} grow or fail`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * @param {string} language
 * @param {string} file
 * @param {typeof places[number]} place
 * @param {string} name
 * @param {(typeof flows)[string]} run
 */
async function measure(language, file, place, name, run) {
  const plugin = await host.open(fileURLToPath(new URL(file, import.meta.url)), flow, {
    place,
    fresh: true,
    limits: { deadline: 0, load: 0, memory: pluginMemory },
  });
  const began = performance.now();
  let outcome;
  try {
    const { passed, occupied } = await run(plugin);
    if (passed !== 1 || occupied.growth > mostGrowth) failed++;
    outcome = passed === 1 ? mebibytes(occupied.growth) : `${passed} of the stream arrived`;
  } catch (error) {
    failed++;
    outcome = /** @type {Error} */ (error).message;
  }
  const peak = place === "process" && plugin.id !== undefined ? peakOf(plugin.id) : "";
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`| ${language} | ${place} | ${name} | ${outcome} | ${peak} | ${seconds} |`);
  await plugin.close();
}

/** @param {number} id */
function peakOf(id) {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, "utf8"));
    return found === null ? "" : mebibytes(Number(found[1]) * 1024);
  } catch {
    return "";
  }
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
