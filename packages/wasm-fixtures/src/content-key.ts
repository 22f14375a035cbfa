import { contentKey as keyOf } from "@tenon/fixtures";
import { sources } from "./folders.js";

/**
 * A short name for what a build is made of: equal inputs, equal key.
 *
 * @param paths files and folders of the package, relative to it.
 * @param versions of the tools, in any words.
 */
export function contentKey(paths: readonly string[], versions: readonly string[]): string {
  return keyOf(sources, paths, versions);
}
