import type { Finding } from "./finding.js";
import { type Code, registry } from "./registry.js";

const brand = Symbol.for("tenon.error");

/** How to fix a failure: an instruction and, if there is one, a command that works as it is. */
export interface Fix {
  readonly text: string;
  readonly command?: string;
}

/** The details of one failure. Everything except the message is optional. */
export interface Details {
  readonly message: string;
  /** What failed: a path, a plugin, a function. */
  readonly subject?: string;
  readonly fix?: Fix;
  readonly cause?: unknown;
  /** The value of a `result`'s error case (`TENON_CALL_RESULT` only). */
  readonly payload?: unknown;
  /** The stack inside the plugin, with the plugin's own files and lines. */
  readonly pluginStack?: string;
  readonly findings?: readonly Finding[];
}

/** What is fixed when an error is made, so that code that it passes through cannot change what it says. */
const fields = [
  "name",
  "message",
  "cause",
  "code",
  "subject",
  "fix",
  "payload",
  "pluginStack",
  "findings",
  brand,
] as const;

let hasBrand: (value: object) => boolean;

/**
 * The only class of error that Tenon throws.
 *
 * Check `code`, or use {@link isTenonError}. Do not use `instanceof`: a program may contain two copies of the package.
 * `stack` is the host's side of the call, `pluginStack` the plugin's.
 */
export class TenonError extends Error {
  readonly code: Code;
  readonly subject: string | undefined;
  readonly fix: Fix;
  readonly payload: unknown;
  readonly pluginStack: string | undefined;
  readonly findings: readonly Finding[];
  readonly [brand] = true;
  readonly #made = true;

  constructor(code: Code, details: Details) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "TenonError";
    this.code = code;
    this.subject = details.subject;
    this.fix = Object.freeze({ ...(details.fix ?? { text: registry[code].fix }) });
    this.payload = details.payload;
    this.pluginStack = details.pluginStack;
    this.findings = Object.freeze([...(details.findings ?? [])]);
    for (const field of fields) {
      if (Object.hasOwn(this, field)) Object.defineProperty(this, field, { writable: false, configurable: false });
    }
  }

  static {
    hasBrand = (value) => #made in value;
  }

  /** Returns the form that `--json` prints and the wire protocol sends. */
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

/** Whether this copy of the package made the error. Unlike the mark that {@link isTenonError} reads, this cannot be forged. */
export function isMadeHere(value: unknown): value is TenonError {
  return typeof value === "object" && value !== null && hasBrand(value);
}

/** Whether a value is a Tenon error, from this copy of the package or another, and has this code, if one is given. */
export function isTenonError(value: unknown, code?: Code): value is TenonError {
  if (isMadeHere(value)) return code === undefined || value.code === code;
  try {
    return (
      typeof value === "object" &&
      value !== null &&
      (value as Partial<TenonError>)[brand] === true &&
      (code === undefined || (value as TenonError).code === code)
    );
  } catch {
    return false;
  }
}
