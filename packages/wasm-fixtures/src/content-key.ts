import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { sources } from "./folders.js";

/**
 * Returns a short key for the inputs of a build; equal inputs have equal keys.
 *
 * @param paths files and folders, relative to this package.
 * @param versions of the tools, in any form.
 */
export function contentKey(paths: readonly string[], versions: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(versions));
  for (const path of paths)
    for (const file of filesOf(join(sources, path)))
      hash.update(`\0${relative(sources, file)}\0`).update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}
