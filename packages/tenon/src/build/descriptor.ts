import type { Artifact } from "../runtime/index.js";
import type { Builder, BuildKind } from "./builder.js";

/** What is known of a builder before its code is loaded. */
export interface BuilderDescriptor<Kind extends BuildKind = BuildKind>
  extends Pick<Builder<Kind>, "kind" | "language" | "runsCode" | "entries"> {
  /** Whether it is worth loading the builder to ask whether it recognises the artifact. */
  mayRecognise(artifact: Artifact): boolean;
}

/**
 * Makes `mayRecognise` for source that names tell apart.
 *
 * @param file what the path of a single file looks like; `undefined` if only folders are source.
 * @param entry what the entry of a folder looks like, if its manifest names one.
 */
export function byName(file: RegExp | undefined, entry: RegExp): BuilderDescriptor["mayRecognise"] {
  return ({ kind, path, manifest }) => {
    if (kind === "file") return file?.test(path) ?? false;
    return manifest.entry === undefined || entry.test(manifest.entry);
  };
}
