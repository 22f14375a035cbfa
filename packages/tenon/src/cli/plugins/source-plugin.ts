import { basename, extname } from "node:path";
import type { PluginFiles } from "../../contributions/index.js";
import { isTenonError } from "../../errors/index.js";

/**
 * Returns whether a folder without a manifest is a plugin's source: a builder recognises it, and it has a contract.
 *
 * @param names of the folder's entries
 * @param isSearched whether the user named the folder, to search it for plugins
 */
export async function isSourcePlugin(
  folder: string,
  names: ReadonlySet<string>,
  isSearched: boolean,
  kinds: readonly PluginFiles[],
): Promise<boolean> {
  const isSource = (name: string) => kinds.some(({ sources = [] }) => sources.some((source) => source.test(name)));
  if (![...names].some(isSource) || hasSingleFilePlugins(names, isSearched, kinds)) return false;
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

/** Returns whether source files are plugins one by one: each has its own contract or manifest next to it. */
function hasSingleFilePlugins(names: ReadonlySet<string>, isSearched: boolean, kinds: readonly PluginFiles[]): boolean {
  if (kinds.some(({ whole }) => whole !== undefined && names.has(whole))) return false;
  const extensions = new Set(kinds.flatMap(({ described = [] }) => described));
  const files = [...names].filter((name) => extname(name) !== "" && extensions.has(extname(name)));
  const stems = files.map((name) => basename(name, extname(name)));
  if (!stems.every((stem) => names.has(`${stem}.wit`) || names.has(`${stem}.tenon.json`))) return false;
  // One such file may as well be the whole source of the folder.
  return files.length > 1 || (files.length === 1 && isSearched);
}
