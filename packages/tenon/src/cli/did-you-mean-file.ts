import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { didYouMean } from "../runtime/nearest.js";

/** `; did you mean "x"?` from the names in the folder, or nothing. */
export async function didYouMeanFile(path: string): Promise<string> {
  return didYouMean(basename(path), await readdir(dirname(path)).catch(() => []));
}
