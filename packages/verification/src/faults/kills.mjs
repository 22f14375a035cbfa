import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";
import { written } from "./contract.mjs";

/** @typedef {import("./outcome.mjs").Outcome} Outcome */

/** How often each number stands in the file. A line that the kill cut short is left out. @param {string} file */
function countRuns(file) {
  const runs = new Map();
  const text = readFileSync(file, "utf8");
  for (const line of text.slice(0, text.lastIndexOf("\n")).split("\n"))
    if (line !== "") runs.set(Number(line), (runs.get(Number(line)) ?? 0) + 1);
  return runs;
}

/**
 * Kills a plugin's process while calls are running. A call that was running is rejected with TENON_PLUGIN_CRASHED, which
 * says that it may have run; everything else is a fault.
 *
 * @param {number} kills
 * @param {string} folder
 * @returns {Promise<Outcome>}
 */
export async function killPlugins(kills, folder) {
  const file = `${folder}/plugin-calls`;
  writeFileSync(file, "");
  const host = createHost();
  const plugin = await host.open(new URL("./written.mjs", import.meta.url), written, {
    place: "process",
    settings: { file },
    supervision: { crashes: 1000, backoff: { first: 1, factor: 1, jitter: 0 } },
  });
  let calls = 0;
  let settled = 0;
  let inFlight = 0;
  let otherwise = 0;
  let wrong = 0;
  let running = true;
  const answered = new Set();
  const caller = async () => {
    while (running) {
      const call = calls++;
      try {
        if ((await plugin.exports.work(call)) !== call) wrong++;
        answered.add(call);
      } catch (error) {
        if (/** @type {{ code?: string }} */ (error).code === "TENON_PLUGIN_CRASHED") inFlight++;
        else otherwise++;
      }
      settled++;
      if (settled % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const callers = Array.from({ length: 8 }, caller);
  for (let kill = 0; kill < kills; kill++) {
    const enough = answered.size + 50 + (kill % 7) * 30;
    while (answered.size < enough) await new Promise((resolve) => setImmediate(resolve));
    const restarted = new Promise((resolve) => {
      const end = host.on("restarted", () => {
        end();
        resolve(undefined);
      });
    });
    process.kill(/** @type {number} */ (plugin.id), "SIGKILL");
    await restarted;
  }
  running = false;
  await Promise.all(callers);
  await host.close();
  const runs = countRuns(file);
  return {
    what: "kill -9 of a plugin's process",
    times: kills,
    calls,
    lost: calls - settled + wrong + [...answered].filter((call) => !runs.has(call)).length,
    doubled: [...runs.values()].filter((count) => count > 1).length,
    rejected: otherwise,
    note: `${inFlight} calls were running at a kill and rejected as such`,
  };
}

/**
 * Kills a host while calls are running in its plugin's process. Lost is a process that goes on.
 *
 * @param {number} kills
 * @param {string} folder
 * @returns {Promise<Outcome>}
 */
export async function killHosts(kills, folder) {
  let lost = 0;
  let doubled = 0;
  let calls = 0;
  const one = async (/** @type {number} */ kill) => {
    const file = `${folder}/host-calls-${kill}`;
    writeFileSync(file, "");
    const child = spawn(process.execPath, [fileURLToPath(new URL("./host.mjs", import.meta.url)), file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    const lines = createInterface({ input: child.stdout });
    const plugin = Number(await new Promise((resolve) => lines.once("line", resolve)));
    while (countRuns(file).size < 20 + (kill % 5) * 40) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGKILL");
    await ended;
    if (!(await hasEnded(plugin))) lost++;
    const runs = countRuns(file);
    calls += runs.size;
    doubled += [...runs.values()].filter((count) => count > 1).length;
    rmSync(file);
  };
  for (let kill = 0; kill < kills; kill++) await one(kill);
  return {
    what: "kill -9 of a host",
    times: kills,
    calls,
    lost,
    doubled,
    rejected: 0,
    note: "lost: a plugin's process that goes on after its host",
  };
}

/** Whether a process ends, at the latest after ten seconds. @param {number} id */
async function hasEnded(id) {
  for (const until = performance.now() + 10_000; performance.now() < until; ) {
    try {
      process.kill(id, 0);
    } catch {
      return true;
    }
    // One that nobody has waited for yet has ended, too.
    if (/^State:\s+Z/m.test(readStatus(id))) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
}

/** @param {number} id */
function readStatus(id) {
  try {
    return readFileSync(`/proc/${id}/status`, "utf8");
  } catch {
    return "";
  }
}
