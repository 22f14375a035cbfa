import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { filesIn, processesOf } from "./left.mjs";

const program = fileURLToPath(new URL("./host.mjs", import.meta.url));
const settleMilliseconds = 10_000;

/**
 * @typedef {object} Campaign
 * @property {"host" | "plugin"} target what is killed
 * @property {"javascript" | "program" | "careless"} kind
 * @property {"contained" | "sandboxed"} isolation
 */

/**
 * When to kill: some milliseconds after a phase has begun.
 *
 * @typedef {object} Moment
 * @property {Phase} phase
 * @property {number} delay
 */

/** @typedef {"start" | "open" | "calls" | "swap" | "close"} Phase */

/**
 * Kills a host, or its plugin, at a random moment. Returns in which phase, and what was left: after a host, when it is dead;
 * after a plugin, when its host has ended as usual.
 *
 * @param {Campaign} campaign
 * @param {Moment} moment
 * @param {number} [patience] how many milliseconds what is left has to go.
 * @returns {Promise<{ phase: string, left: string[], failed: string[] }>}
 */
export async function killOnce({ target, kind, isolation }, moment, patience = settleMilliseconds) {
  const folder = mkdtempSync(join(tmpdir(), "leftovers-"));
  const [temporary, cache] = [join(folder, "tmp"), join(folder, "cache")];
  mkdirSync(temporary);
  mkdirSync(cache, { mode: 0o700 });
  const variable = randomUUID();
  // The example's runtime is TypeScript.
  const loader = kind === "program" ? ["--import", "tsx"] : [];
  const child = spawn(process.execPath, [...loader, program, kind, isolation, cache], {
    env: { ...process.env, TMPDIR: temporary, TENON_LEFTOVERS: variable },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let phase = "start";
  let plugin = 0;
  let begun = () => {};
  const reached = new Promise((resolve) => (begun = () => resolve(undefined)));
  /** @type {string[]} */
  const failed = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [word = "", id] = line.split(" ");
    if (word === "failed") failed.push(line);
    else if (word !== "crashed" && word !== "restarted") phase = word;
    plugin = id === undefined ? plugin : Number(id);
    if (phase === moment.phase) begun();
  });
  if (moment.phase !== "start") await Promise.race([reached, ended]);
  await late(moment.delay);
  const at = phase;
  if (target === "host") child.kill("SIGKILL");
  else {
    if (plugin > 0) killGroupLeader(plugin);
    child.stdin.end();
  }
  const stuck = setTimeout(() => {
    failed.push("the host did not end");
    child.kill("SIGKILL");
  }, 60_000);
  await ended;
  clearTimeout(stuck);
  const id = /** @type {number} */ (child.pid);
  const left = () => [...processesOf(`TENON_LEFTOVERS=${variable}`, id), ...filesIn(temporary), ...halfWritten(cache)];
  for (const until = performance.now() + patience; performance.now() < until; await late(20)) {
    if (left().length === 0) break;
  }
  const found = left();
  rmSync(folder, { recursive: true, force: true });
  return { phase: at, left: found, failed };
}

/** What of a cache is neither a folder nor a finished entry. @param {string} folder */
function halfWritten(folder) {
  return filesIn(folder).filter((path) => /\.(?:tmp|part|temporary)\b|~$/.test(path));
}

/** @param {number} id */
function killGroupLeader(id) {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has just been closed.
  }
}

/** @param {number} milliseconds */
function late(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
