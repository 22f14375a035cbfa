/** Runs a program until it exits, within a time limit. */
import { spawn } from "node:child_process";

/**
 * Returns `{ code, signal, stdout, stderr }`. Kills the process and its children after `limit` milliseconds.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string; env?: NodeJS.ProcessEnv; limit: number }} options
 * @returns {Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>}
 */
export function runCommand(program, args, { cwd, env, limit }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const output = { stdout: "", stderr: "" };
    for (const stream of /** @type {const} */ (["stdout", "stderr"]))
      child[stream].setEncoding("utf8").on("data", (text) => {
        output[stream] += text;
      });
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, limit);
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ code: -1, signal: null, stdout: "", stderr: error.message });
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...output });
    });
  });
}
