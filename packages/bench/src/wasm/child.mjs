import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs a process of this Node to its end. Nothing of how this process was started is passed on to it.
 *
 * @returns what it printed.
 */
export async function printed(parameters) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return (await run(process.execPath, parameters, { env, maxBuffer: 2 ** 24 })).stdout;
}
