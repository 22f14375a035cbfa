import type { Finding } from "../../errors/index.js";

/**
 * What `plugin.Open` does: it returns the plugin (`opens`), returns an error, crashes the process, or never returns
 * (`hang`). `unknown` if the files alone do not decide it.
 */
export type Outcome = "opens" | "error" | "crash" | "hang" | "unknown";

/** The verdict on one plugin of a sequence. */
export interface PluginVerdict {
  /** The path as given. */
  readonly plugin: string;
  readonly outcome: Outcome;
  /** For `error`: the exact text of the error. For `crash`: the runtime's message, if there is one. */
  readonly error?: string;
  /** Other possible texts: if more than one symbol is missing, Go names a random one. */
  readonly alternatives?: readonly string[];
  /** The packages whose hashes differ, in the order in which the host compares them. Go reports only the first. */
  readonly packages: readonly string[];
  readonly findings: readonly Finding[];
}

/** The outcome for one plugin, before its causes are known. */
export interface Step {
  readonly outcome: Outcome;
  readonly error?: string;
  readonly alternatives?: readonly string[];
  readonly packages?: readonly string[];
  readonly findings: readonly Finding[];
}
