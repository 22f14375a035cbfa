import type { Artifact } from "./artifact.js";

/** What the host knows when it asks a source. */
export interface SourceContext {
  /** The absolute path of the folder where packages are looked for and commands start: `open`'s option `folder`. */
  readonly folder: string;
  /** The digest that `open` was given, in the form `sha256-…`. */
  readonly integrity: string | undefined;
  /** The host's cache folder; `undefined` for the one of the user. */
  readonly cacheFolder: string | undefined;
  /** Cancels opening. */
  readonly signal: AbortSignal | undefined;
  /**
   * Reads a file or a folder as an artifact, as the host reads a path.
   *
   * @throws TENON_ARTIFACT_MISSING, TENON_ARTIFACT_UNREADABLE, TENON_ARTIFACT_ENTRY, TENON_MANIFEST_INVALID, …
   */
  read(path: string): Promise<Artifact>;
}

/** Turns the text that `open`, `check` and the commands take into an artifact. Runs nothing of it. */
export interface ArtifactSource {
  readonly name: string;
  /** What it takes, as messages show it: `oci:IMAGE`. */
  readonly form: string;
  /** Returns `undefined` if the text is not for this source. What goes wrong is a coded error. */
  resolve(given: string, context: SourceContext): Promise<Artifact | undefined>;
}
