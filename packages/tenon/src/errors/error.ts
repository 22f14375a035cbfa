import type { Finding } from "./finding.js";
import { type Code, registry } from "./registry.js";

const brand = Symbol.for("tenon.error");

/** What to do about a failure: a sentence, and where one helps, a command to run as it stands. */
export interface Fix {
  readonly text: string;
  readonly command?: string;
}

/** The particulars of one failure; everything but the message is optional. */
export interface Details {
  readonly message: string;
  /** What the failure is about: a path, a plugin, a function. */
  readonly subject?: string;
  readonly fix?: Fix;
  readonly cause?: unknown;
  /** The value that a `result` carries in its error case (`TENON_CALL_RESULT` only). */
  readonly payload?: unknown;
  /** The stack inside the plugin, in the plugin's own files and lines. */
  readonly pluginStack?: string;
  readonly findings?: readonly Finding[];
}

/**
 * The one class of error that Tenon throws.
 *
 * Match on `code`, or with {@link isTenonError}; never with `instanceof`, since a program may hold two copies of the
 * package. `stack` is the host's side of the call, `pluginStack` the plugin's.
 */
export class TenonError extends Error {
  readonly code: Code;
  readonly subject: string | undefined;
  readonly fix: Fix;
  readonly payload: unknown;
  readonly pluginStack: string | undefined;
  readonly findings: readonly Finding[];
  readonly [brand] = true;

  constructor(code: Code, details: Details) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "TenonError";
    this.code = code;
    this.subject = details.subject;
    this.fix = details.fix ?? { text: registry[code].fix };
    this.payload = details.payload;
    this.pluginStack = details.pluginStack;
    this.findings = details.findings ?? [];
  }

  /** The form that `--json` prints and the wire carries. */
  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      ...(this.subject === undefined ? {} : { subject: this.subject }),
      fix: this.fix,
      ...(this.pluginStack === undefined ? {} : { pluginStack: this.pluginStack }),
      ...(this.findings.length === 0 ? {} : { findings: this.findings }),
    };
  }
}

/** Whether a value is an error of Tenon's, from this copy of the package or another; with a code, that very error. */
export function isTenonError(value: unknown, code?: Code): value is TenonError {
  return (
    typeof value === "object" &&
    value !== null &&
    brand in value &&
    (code === undefined || (value as TenonError).code === code)
  );
}
