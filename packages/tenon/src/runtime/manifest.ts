import type { Contract } from "../contract/index.js";

/** What a plugin says of itself, without being run. */
export interface Manifest {
  /** The plugin's name: the manifest's, the package's, or the file's without its ending. */
  readonly name: string;
  readonly version: string | undefined;
  /** The absolute path of the file to load. Equal to the artifact's path when that is a file. */
  readonly entry: string | undefined;
  /** The contract that the plugin carries. */
  readonly contract: Contract | undefined;
  /** JSON Schema (draft 2020-12) of the plugin's settings. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  /** Higher comes first at an extension point; 0 unless said. */
  readonly priority: number;
  /** Plugins that must come before this one: name to semantic version range. */
  readonly requires: Readonly<Record<string, string>>;
  /** Grants that the plugin asks for. They are given only by the host's user. */
  readonly grants: Readonly<Record<string, unknown>>;
  /** The file that said all this, for messages; absent where nothing but the plugin itself is there. */
  readonly source: string | undefined;
}
