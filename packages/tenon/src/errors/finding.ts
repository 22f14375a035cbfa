import type { Fix } from "./error.js";
import { type Code, registry } from "./registry.js";

/** How severe a finding is. With an `error`, the plugin will not be opened. */
export type Severity = "error" | "warning" | "info";

/** One result of a check: what is wrong, where, why, and how to fix it. */
export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  /** Where the problem is: a file, an export, a path inside the contract. */
  readonly subject: string;
  readonly message: string;
  readonly cause: string;
  readonly fix: Fix;
}

/** Makes a finding. Cause and fix default to those of the code in the registry. */
export function finding(
  code: Code,
  details: { severity?: Severity; subject: string; message: string; cause?: string; fix?: Fix },
): Finding {
  return {
    code,
    severity: details.severity ?? "error",
    subject: details.subject,
    message: details.message,
    cause: details.cause ?? registry[code].cause,
    fix: details.fix ?? { text: registry[code].fix },
  };
}
