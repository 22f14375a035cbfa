import type { Contribution } from "../../contributions/index.js";
import type { CreateHostOptions } from "../../presets/index.js";
import type { Output } from "../output/output.js";

/** What commands work with: where they write, what kinds of plugins there are, and how hosts are made. */
export interface CommandLine {
  readonly output: Output;
  readonly contributions: readonly Contribution[];
  /** What the user's configuration adds to every host. */
  readonly hostOptions: CreateHostOptions;
  /** The config file with plugins, if `--config` names one. */
  readonly configFile: string | undefined;
}
