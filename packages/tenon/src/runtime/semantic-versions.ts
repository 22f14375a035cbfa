import { ownRequire } from "./own-package.js";

type SemanticVersions = typeof import("semver");

let library: SemanticVersions | undefined;

/**
 * The library that compares versions, loaded when a manifest first names one: most have no version, and it would be a
 * quarter of the time that `import "tenon"` takes.
 *
 * @throws TENON_BUNDLED
 */
export function semanticVersions(): SemanticVersions {
  library ??= ownRequire("semver") as SemanticVersions;
  return library;
}
