#!/usr/bin/env node
/**
 * `node packages/go-matrix/src/speed.mjs` measures time and memory of `tenon check` for a host of about 100 MB and a plugin of about
 * 30 MB, compared with a program that only reads the two files. Whole processes are measured, from start to exit.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildLargePrograms } from "./large-programs.mjs";
import { readOptions } from "./options.mjs";

const runs = 7;
const limits = { seconds: 1, megabytes: 300 };
const tenon = fileURLToPath(new URL("../../tenon/bin/tenon.js", import.meta.url));
const reportMemory =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("\\nmemory "+process.resourceUsage().maxRSS))';

const options = readOptions();
const { host, plugin, hostSize, pluginSize } = await buildLargePrograms(join(options.cache, "large"));
console.log(`host ${megabytes(hostSize)} MB, plugin ${megabytes(pluginSize)} MB`);
const reading = ["-e", `for (const path of process.argv.slice(1)) require("fs").readFileSync(path)`, host, plugin];
const checking = [tenon, "check", host, plugin, "--sysroot", "/"];
/** @type {{ reading: number[]; checking: number[] }} */
const times = { reading: [], checking: [] };
let memory = 0;
let last = "";
for (let run = 0; run < runs; run++) {
  times.reading.push(measure(reading).seconds);
  const { seconds, kilobytes, stdout } = measure(checking);
  times.checking.push(seconds);
  memory = Math.max(memory, kilobytes / 1024);
  last = stdout;
}
console.log(`a Node process that only reads the files: ${median(times.reading).toFixed(2)} s`);
console.log(
  `tenon check: ${median(times.checking).toFixed(2)} s (${Math.min(...times.checking).toFixed(2)} to ${Math.max(...times.checking).toFixed(2)}; limit ${limits.seconds}), ${memory.toFixed(0)} MB (limit ${limits.megabytes}); the result is ${last.split(/\s/)[0]}`,
);
const real = spawnSync(host, [plugin], { encoding: "utf8", timeout: 60_000 });
console.log(`the host itself: ${real.stdout.includes("opened") ? "opens" : "does not open"} it`);
process.exitCode = last.startsWith("opens") ? 0 : 1;

/** @param {readonly string[]} args */
function measure(args) {
  const started = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", reportMemory, ...args], { encoding: "utf8" });
  const kilobytes = Number(/memory (\d+)/.exec(stderr)?.[1]);
  return { seconds: (performance.now() - started) / 1000, kilobytes, stdout };
}

/** @param {readonly number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0);
}
