import type { Contract } from "../contract/core.js";
import type { GrantRequest } from "../grants/grants.js";
import type { PackageChoice } from "./package-choice.js";
import type { RuntimeOptions } from "./runtime-options.js";

/** What a plugin's files say about it, without running it. */
export interface Manifest {
  /** The plugin's name: the manifest's, the package's, or the file's without its extension. */
  readonly name: string;
  readonly version: string | undefined;
  /** The absolute path of the file to load. If the artifact is a file, this is its path. */
  readonly entry: string | undefined;
  /** The runtime that it names, and the options that it sets for it. */
  readonly runtime?: { readonly name?: string | undefined; readonly options: RuntimeOptions } | undefined;
  /** The contract that the plugin carries. */
  readonly contract: Contract | undefined;
  /** JSON Schema (draft 2020-12) of the plugin's settings. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  /** Plugins with a higher priority come first at an extension point. Default 0. */
  readonly priority: number;
  /** Plugins that must come before this one: semantic version ranges by name. */
  readonly requires: Readonly<Record<string, string>>;
  /** What the plugin asks for. Only the host can give it. */
  readonly grants: GrantRequest;
  /** Which packages are not bundled, for a plugin in JavaScript. Absent if the manifest names none. */
  readonly packages?: PackageChoice | undefined;
  /** The manifest's file, for messages; absent if there is none. */
  readonly source: string | undefined;
}
