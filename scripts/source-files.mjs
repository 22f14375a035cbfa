/** The source files of packages/tenon and what they import, for the checks of the structure. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of all source files. */
export const source = fileURLToPath(new URL("../packages/tenon/src/", import.meta.url));

/** Returns the paths of all source files but tests and declarations. */
export function sourceFiles() {
  return [...walk(source)].filter((file) => !/\.(test|test-d|d)\.ts$/.test(file));
}

/**
 * Returns what a file imports or exports from elsewhere, types included, as it is written there.
 *
 * @param {string} text
 */
export function importsOf(text) {
  const pattern =
    /^\s*(?:import|export)\b[^"';]*?from\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/**
 * @param {string} folder
 * @returns {Generator<string>}
 */
function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "fixtures") yield* walk(path);
    } else if (entry.name.endsWith(".ts")) yield path;
  }
}
