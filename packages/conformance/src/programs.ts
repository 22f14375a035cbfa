import { spawnSync } from "node:child_process";

/** Whether a program is on the PATH and runs. */
export function hasProgram(name: string, ...words: readonly string[]): boolean {
  return spawnSync(name, words.length === 0 ? [name === "go" ? "version" : "--version"] : words).status === 0;
}
