import { basename, extname } from "node:path";
import { isTenonError } from "../errors/index.js";
import { readArtifact } from "../runtime/read-artifact.js";

const isSourceName = (name: string) => /\.(?:go|c)$|^Cargo\.toml$|^index\.[cm]?[jt]sx?$|^package\.json$/.test(name);

/**
 * Returns whether a folder without a manifest is a plugin's source: a builder recognises it (Go, Rust, C, TypeScript or
 * JavaScript), and it has a contract.
 *
 * @param names of the folder's entries
 */
export async function isSourcePlugin(folder: string, names: ReadonlySet<string>): Promise<boolean> {
  if (![...names].some(isSourceName) || isFolderOfSingleFiles(names)) return false;
  // Imported here to keep help and completion fast.
  const { recognisedSource } = await import("../presets/modules.js");
  try {
    const found = await recognisedSource(await readArtifact(folder));
    return found?.contract !== undefined;
  } catch (thrown) {
    // Source of something else, or without a contract.
    if (isTenonError(thrown)) return false;
    throw thrown;
  }
}

/** Each Go or C file has its own contract or manifest next to it: they are plugins one by one. */
function isFolderOfSingleFiles(names: ReadonlySet<string>): boolean {
  if (names.has("go.mod")) return false;
  const files = [...names].filter((name) => /\.(?:go|c)$/.test(name));
  const stems = files.map((name) => basename(name, extname(name)));
  return files.length > 0 && stems.every((stem) => names.has(`${stem}.wit`) || names.has(`${stem}.tenon.json`));
}
