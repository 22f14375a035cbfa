import { temporaryIn } from "../../build/index.js";

/** The environment variables that compilers see: none that would change what they make. */
const passed = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME"];

/** @param temporary the folder for temporary files. Default: the user's. */
export function compilerEnvironment(temporary?: string): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: "C" };
  for (const name of passed) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return temporary === undefined ? environment : { ...environment, ...temporaryIn(temporary) };
}
