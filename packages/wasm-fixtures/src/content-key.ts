import { contentKey as keyOf } from "@tenon/fixtures";
import { sources } from "./folders.js";

/**
 * Returns a short key for the inputs of a build; equal inputs have equal keys.
 *
 * @param paths files and folders, relative to this package.
 * @param versions of the tools, in any form.
 */
export function contentKey(paths: readonly string[], versions: readonly string[]): string {
  return keyOf(sources, paths, versions);
}
