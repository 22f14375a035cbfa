import type { Finding } from "../../errors/index.js";
import type { Outcome } from "../program/outcome.js";

/** Why the system's loader does not load a file, or why that cannot be predicted. */
export interface LoadFailure {
  readonly outcome: Exclude<Outcome, "opens">;
  /** For `error` the text of dlerror, for `crash` what the process prints. */
  readonly text?: string;
  readonly finding: Finding;
}
