import type { Finding } from "../errors/index.js";

/**
 * What `plugin.Open` does: it answers the plugin (`opens`), answers an error, ends the process (`crash`), or never
 * answers (`hang`). `unknown` where the files do not tell.
 */
export type Outcome = "opens" | "error" | "crash" | "hang" | "unknown";

/** The verdict on one plugin of a sequence. */
export interface PluginVerdict {
  /** The path, as it was given. */
  readonly plugin: string;
  readonly outcome: Outcome;
  /** For `error`: the whole text that `plugin.Open` answers. For `crash`: the runtime's message, if it has one. */
  readonly error?: string;
  /** Other texts that it may answer instead: where several symbols are missing, Go names any of them. */
  readonly alternatives?: readonly string[];
  /** Packages whose hashes differ, in the order in which the host compares them; it reports only the first. */
  readonly packages: readonly string[];
  readonly findings: readonly Finding[];
}

/** One step of the foretelling, before causes are sought. */
export interface Step {
  readonly outcome: Outcome;
  readonly error?: string;
  readonly alternatives?: readonly string[];
  readonly packages?: readonly string[];
  readonly findings: readonly Finding[];
}
