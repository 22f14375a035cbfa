import type { OpenOptions } from "../host/index.js";

/** A plugin as a config file describes it. Paths are absolute. */
export interface ConfiguredPlugin {
  readonly name: string;
  /** What `open` takes. */
  readonly artifact: string;
  /** The contract's file, or the id of one that the program gives. */
  readonly contract: { readonly path: string } | { readonly id: string } | undefined;
  /** The plugins that must be open before, with their version ranges. */
  readonly requires: Readonly<Record<string, string>>;
  readonly options: Omit<OpenOptions, "imports" | "signal">;
}

/** A config file that was read and is valid. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  /** In the order of the file. */
  readonly plugins: readonly ConfiguredPlugin[];
}
