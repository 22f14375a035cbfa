import type { Finding } from "../../errors/index.js";
import type { Outcome } from "../outcome.js";

/** What the system's loader answers to one request, where it does not simply load the file. */
export interface LoaderAnswer {
  readonly outcome: Exclude<Outcome, "opens">;
  /** For `error` the text of dlerror, for `crash` what the process says. */
  readonly text?: string;
  readonly finding: Finding;
}
