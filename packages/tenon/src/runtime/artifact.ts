import type { FileFacts } from "./file-facts.js";
import type { Manifest } from "./manifest.js";
import type { RuntimeOptions } from "./runtime-options.js";

/** A plugin, as the host found it before any runtime looked at it. None of its code has run. */
export interface Artifact {
  /** The absolute path of the file or folder, with symbolic links resolved. Of a command: of its program. */
  readonly path: string;
  /** A command is asked about only of runtimes that start programs: see {@link Runtime.launches}. */
  readonly kind: "file" | "folder" | "command";
  /** The plugin as the user wrote it, for messages. */
  readonly given: string;
  /** What the files next to the plugin say about it: tenon.json, package.json, a .wit file. Of a command: nothing but a name. */
  readonly manifest: Manifest;
  /** The first bytes of the file (up to 4096), of a folder's entry, or of a command's program: for recognition by content. */
  readonly head: Uint8Array;
  /**
   * The options of its runtime, from the manifest and from `open`; validated, unless the runtime is still being asked whether it
   * recognises the artifact. Absent if there are none.
   */
  readonly options?: RuntimeOptions;
  /**
   * Reads what the bytes of the file, or of a folder's entry, say it is: a script, a program, a library, with what Go recorded in it.
   * Read once, when a runtime first asks. Absent if there is no such file.
   */
  facts?(): Promise<FileFacts>;
  /** The size of the file in bytes; 0 for a folder. */
  readonly size: number;
  /** The program, as an absolute path whose links are not resolved, then its arguments. Of a command only. */
  readonly command?: readonly string[];
  /** The folder in which the command starts, as an absolute path. Of a command only. */
  readonly folder?: string;
  /** The one file that it was downloaded as or unpacked from. Absent if there is none. */
  readonly origin?: ArtifactOrigin;
}

/** An archive or a download. */
export interface ArtifactOrigin {
  /** The absolute path, or the URL that was asked for, without a fragment. */
  readonly location: string;
  /** SHA-256 of its bytes: `sha256-` and base64. */
  readonly digest: string;
}
