import { errors, isTenonError, type TenonError } from "../errors/index.js";
import type { CloseReport } from "../runtime/index.js";

/** What a swap did. */
export interface SwapReport {
  readonly from: { readonly name: string; readonly version: string | undefined; readonly artifact: string };
  readonly to: { readonly name: string; readonly version: string | undefined; readonly artifact: string };
  /** Whether state was handed over. */
  readonly state: "migrated" | "none";
  /** Milliseconds during which calls were held back: the flip itself, and the hand-over of state before it. */
  readonly flip: number;
  /** Milliseconds from asking to the old instance's end. */
  readonly total: number;
  /** Calls that were running in the old instance when the new one took over, and were let end. */
  readonly drained: number;
  /** How the old instance ended. */
  readonly closed: CloseReport;
}

/** A failure before the flip, told as such: the old instance goes on. */
export function rolledBack(name: string, step: string, cause: unknown): TenonError {
  const code = isTenonError(cause) ? cause.code : "TENON_INTERNAL";
  const why = cause instanceof Error ? cause.message : String(cause);
  return errors[code]({
    message: `swap of ${name} rolled back while ${step}: ${why}`,
    subject: name,
    cause,
    ...(isTenonError(cause) ? { fix: cause.fix, findings: cause.findings, pluginStack: cause.pluginStack } : {}),
  });
}
