import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs another process of this Node until it exits. It does not inherit this process's Node options.
 *
 * @param {readonly string[]} parameters
 * @returns what it printed.
 */
export async function printed(parameters) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return (await run(process.execPath, parameters, { env, maxBuffer: 2 ** 24 })).stdout;
}
