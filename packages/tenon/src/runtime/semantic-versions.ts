import { createRequire } from "node:module";

type SemanticVersions = typeof import("semver");

let library: SemanticVersions | undefined;

/**
 * The library that compares versions, loaded when a manifest first names one: most have no version, and it would be a
 * quarter of the time that `import "tenon"` takes.
 */
export function semanticVersions(): SemanticVersions {
  library ??= createRequire(import.meta.url)("semver") as SemanticVersions;
  return library;
}
