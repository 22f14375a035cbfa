import { basename, extname } from "node:path";
import { isTenonError } from "../../errors/index.js";

const isSourceName = (name: string) => /\.(?:go|c)$|^Cargo\.toml$|^index\.[cm]?[jt]sx?$|^package\.json$/.test(name);

/**
 * Returns whether a folder without a manifest is a plugin's source: a builder recognises it (Go, Rust, C, TypeScript or
 * JavaScript), and it has a contract.
 *
 * @param names of the folder's entries
 * @param isSearched whether the user named the folder, to search it for plugins
 */
export async function isSourcePlugin(
  folder: string,
  names: ReadonlySet<string>,
  isSearched: boolean,
): Promise<boolean> {
  if (![...names].some(isSourceName) || hasSingleFilePlugins(names, isSearched)) return false;
  // Imported here to keep help and completion fast.
  const { readSourceArtifact, recognisedSource } = await import("../../presets/modules.js");
  try {
    const found = await recognisedSource(await readSourceArtifact(folder));
    return found?.contract !== undefined;
  } catch (thrown) {
    // Source of something else, or without a contract.
    if (isTenonError(thrown)) return false;
    throw thrown;
  }
}

/** Returns whether Go and C files are plugins one by one: each has its own contract or manifest next to it. */
function hasSingleFilePlugins(names: ReadonlySet<string>, isSearched: boolean): boolean {
  if (names.has("go.mod")) return false;
  const files = [...names].filter((name) => /\.(?:go|c)$/.test(name));
  const stems = files.map((name) => basename(name, extname(name)));
  if (!stems.every((stem) => names.has(`${stem}.wit`) || names.has(`${stem}.tenon.json`))) return false;
  // One such file may as well be the whole source of the folder.
  return files.length > 1 || (files.length === 1 && isSearched);
}
