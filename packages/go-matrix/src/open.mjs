/** Runs a real host that opens plugins, and returns the outcome of each. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** @import { OpenResult } from "./types.js" */

/**
 * A line that the host prints before or after a step.
 *
 * @typedef {{ event: string; index: number; error?: string; value?: string }} HostEvent
 */

/**
 * How the host's process ended.
 *
 * @typedef {{ code: number | null; signal: string | null; stderr: string; hung: boolean }} End
 */

/** A host that prints nothing and uses no CPU for this long hangs. */
const quietLimit = 1_500;
/** The longest time for opening a plugin, even on a busy machine. */
const longest = 60_000;

/**
 * Opens `plugins` in order, in one process of `host`.
 *
 * @param {string} host
 * @param {readonly string[]} plugins
 * @param {{ cwd?: string; env?: Record<string, string>; leading?: readonly string[] }} [options]
 * @returns `{ command, ready, results, signal, code, stderr }`; a result is `{ plugin, outcome }` with outcome "opens", "error" (and
 * `error`, Go's text), "crash" (and `fatal`, the first line with the reason), "hang", or "not reached".
 */
export async function openPlugins(host, plugins, { cwd, env = {}, leading = [] } = {}) {
  const args = [...leading, ...plugins];
  /** @type {HostEvent[]} */
  const events = [];
  const end = await runHost(host, args, { cwd, env }, (event) => events.push(event));
  const ready = events.find(({ event }) => event === "ready");
  const results = plugins.map((plugin, index) => {
    const own = events.filter((event) => event.index === index);
    return { plugin, ...outcomeOf(own, end) };
  });
  return {
    command: [host, ...args],
    ready: ready?.value,
    results,
    signal: end.signal,
    code: end.code,
    stderr: end.stderr.slice(0, 2_000),
  };
}

/**
 * @param {readonly HostEvent[]} events
 * @param {End} end
 * @returns {Omit<OpenResult, "plugin">}
 */
function outcomeOf(events, end) {
  /** @type {Record<string, HostEvent | undefined>} */
  const named = Object.fromEntries(events.map((event) => [event.event, event]));
  if (named.opening === undefined) return { outcome: "not reached" };
  if (named.refused !== undefined) return { outcome: "error", error: named.refused.error };
  if (named.opened !== undefined) {
    const after = named.called?.value ?? named.panicked?.error ?? (end.hung ? "hangs" : `dies: ${reason(end)}`);
    return { outcome: "opens", called: after };
  }
  if (named.panicked !== undefined) return { outcome: "panic", fatal: named.panicked.error };
  if (end.hung) return { outcome: "hang" };
  return { outcome: "crash", fatal: reason(end) };
}

/**
 * Returns the first line of a Go fatal error or of the loader's message, or else the exit code or signal.
 *
 * @param {End} end
 */
function reason({ stderr, signal, code }) {
  const lines = stderr.split("\n");
  const telling = lines.find((line) => /^(fatal error: |panic: |SIG[A-Z]+: |unexpected fault|==\d+==)/.test(line));
  const first = telling ?? lines.find((line) => line !== "");
  return first?.replace(/^==\d+==/, "") ?? signal ?? `exit code ${code}`;
}

/**
 * @param {string} host
 * @param {readonly string[]} args
 * @param {{ cwd: string | undefined; env: Record<string, string> }} options
 * @param {(event: HostEvent) => void} take
 * @returns {Promise<End>}
 */
function runHost(host, args, { cwd, env }, take) {
  return new Promise((resolve) => {
    const child = spawn("/bin/sh", ["-c", 'ulimit -c 0; exec "$0" "$@"', host, ...args], {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = Date.now();
    let [pending, stderr, hung, spoken, spent] = ["", "", false, Date.now(), -1];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      spoken = Date.now();
      const lines = (pending + text).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("{")) take(JSON.parse(line));
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      spoken = Date.now();
      if (stderr.length < 20_000) stderr += text;
    });
    const watch = setInterval(() => {
      if (Date.now() - spoken < quietLimit) return;
      const used = processorTime(child.pid);
      hung ||= (used === spent && sleeping(child.pid)) || Date.now() - started > longest;
      spent = used;
      if (hung) child.kill("SIGKILL");
    }, 300);
    child.on("error", (error) => {
      clearInterval(watch);
      resolve({ code: -1, signal: null, stderr: error.message, hung: false });
    });
    child.on("close", (code, signal) => {
      clearInterval(watch);
      resolve({ code, signal: hung ? null : signal, stderr, hung });
    });
  });
}

/** @param {string} file */
function stat(file) {
  try {
    const text = readFileSync(file, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** @param {number | undefined} pid */
function processorTime(pid) {
  const fields = stat(`/proc/${pid}/stat`);
  return fields === undefined ? -2 : Number(fields[11]) + Number(fields[12]);
}

/** @param {number | undefined} pid */
function sleeping(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).every((task) => stat(`/proc/${pid}/task/${task}/stat`)?.[0] === "S");
  } catch {
    return false;
  }
}
