import type { Fix } from "./error.js";
import { type Code, registry } from "./registry.js";

/** How much a finding matters: an `error` means that the plugin will not be opened. */
export type Severity = "error" | "warning" | "info";

/** One result of a check: what is wrong, where, why, and how to fix it. */
export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  /** What the finding is about: a file, an export, a path inside the contract. */
  readonly subject: string;
  readonly message: string;
  readonly cause: string;
  readonly fix: Fix;
}

/** Makes a finding; cause and fix default to what the registry says of the code. */
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
