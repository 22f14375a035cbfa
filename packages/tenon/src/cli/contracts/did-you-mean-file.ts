import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { didYouMean } from "../../runtime/nearest.js";

/** Returns `; did you mean "x"?` with the most similar name in the same folder, or nothing. */
export async function didYouMeanFile(path: string): Promise<string> {
  return didYouMean(basename(path), await readdir(dirname(path)).catch(() => []));
}
