import type { Manifest } from "./manifest.js";
import type { RuntimeOptions } from "./runtime-options.js";

/** A plugin on disk, as the host found it before any runtime looked at it. None of its code has run. */
export interface Artifact {
  /** The absolute path of the file or folder, with symbolic links resolved. */
  readonly path: string;
  readonly kind: "file" | "folder";
  /** The path as the user wrote it, for messages. */
  readonly given: string;
  /** What the files next to the plugin say about it: tenon.json, package.json, a .wit file. */
  readonly manifest: Manifest;
  /** The first bytes of the file (up to 4096), or of a folder's entry: for recognition by content. */
  readonly head: Uint8Array;
  /**
   * The options of its runtime, from the manifest and from `open`; validated, unless the runtime is still being asked whether it
   * recognises the artifact. Absent if there are none.
   */
  readonly options?: RuntimeOptions;
  /** The size of the file in bytes; 0 for a folder. */
  readonly size: number;
}
