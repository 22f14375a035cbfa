import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Returns the processes that carry a variable in their environment, or watch for a host, by what they run.
 *
 * @param {string} variable `NAME=value`
 * @param {number} host the id of the host, which is in the command line of what watches over it
 */
export function processesOf(variable, host) {
  const found = [];
  for (const name of readdirSync("/proc")) {
    const id = Number(name);
    if (!Number.isInteger(id) || id === host) continue;
    const command = read(`/proc/${id}/cmdline`).replaceAll("\0", " ");
    const is = read(`/proc/${id}/environ`).split("\0").includes(variable);
    const watches = command.includes(`tenon-reaper ${host} `);
    if ((is || watches) && !/^State:\s+[ZX]/m.test(read(`/proc/${id}/status`))) found.push(`${id} ${command}`);
  }
  return found;
}

/** Returns the files, folders and sockets in a folder, and the sockets that were bound there. @param {string} folder */
export function filesIn(folder) {
  const bound = read("/proc/net/unix")
    .split("\n")
    .filter((line) => line.includes(folder));
  // The cache of tsx, which runs the host's TypeScript, is not Tenon's.
  return [...list(folder), ...bound].filter((path) => !/\/tsx-\d+(?:\/|$)/.test(path));
}

/** @param {string} folder @returns {string[]} */
function list(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
