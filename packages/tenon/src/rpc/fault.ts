import { exceptionThrown, reportedError } from "../errors/factories/call.js";
import { type Code, type Finding, isTenonError, registry, type TenonError } from "../errors/index.js";

// A failure crosses the wire as JSON. Long parts are cut, so that an error is never the largest message.
const longestText = 16 * 1024;
const longestFindings = 32 * 1024;
const deepestCause = 4;
const unreadable = "the other side reported an error that cannot be read";

/** Codes about this side's own connection. The other side cannot know them, so they are not accepted from it. */
const ownCodes: ReadonlySet<string> = new Set<Code>([
  "TENON_PLUGIN_CRASHED",
  "TENON_PLUGIN_CLOSED",
  "TENON_CIRCUIT_OPEN",
  "TENON_WIRE_MALFORMED",
  "TENON_WIRE_VERSION",
  "TENON_WIRE_CLOSED",
  "TENON_PLACE_START",
  "TENON_PLACE_MEMORY",
  "TENON_PLACE_EXIT",
]);

interface Cause {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: Cause | undefined;
}

/** Returns a coded error as text, without its payload, which is a value of the contract and is sent separately. */
export function faultText(error: TenonError): string {
  const findings = error.findings.length === 0 ? undefined : error.findings;
  return JSON.stringify({
    code: error.code,
    message: cut(error.message),
    subject: error.subject === undefined ? undefined : cut(error.subject),
    fix: { text: cut(error.fix.text), command: error.fix.command === undefined ? undefined : cut(error.fix.command) },
    pluginStack: error.pluginStack === undefined ? undefined : cut(error.pluginStack),
    findings: findings !== undefined && JSON.stringify(findings).length <= longestFindings ? findings : undefined,
    cause: causeOf(error.cause, deepestCause),
  });
}

/**
 * Returns the coded error that a text from the other side describes. Fields that are missing or of the wrong type are left
 * out. A code that is unknown, or that only this side can know, becomes `instead` and is named in the message.
 */
export function faultFromText(text: string, instead: Code): TenonError {
  let fault: unknown;
  try {
    fault = JSON.parse(text);
  } catch {
    return reportedError(instead, { message: unreadable });
  }
  const { code, message, subject, fix, pluginStack, findings, cause } = (isObject(fault) ? fault : {}) as Record<
    string,
    unknown
  >;
  const known = typeof code === "string" && Object.hasOwn(registry, code) && !ownCodes.has(code);
  const reported = optionalText(message) ?? "the other side reported an error without a message";
  return reportedError(known ? (code as Code) : instead, {
    message: known || typeof code !== "string" ? reported : `${reported} (${cut(code)})`,
    subject: optionalText(subject),
    ...(isObject(fix) && typeof fix.text === "string" && known
      ? { fix: { text: fix.text, ...(typeof fix.command === "string" ? { command: fix.command } : {}) } }
      : {}),
    pluginStack: optionalText(pluginStack),
    findings: Array.isArray(findings) ? findings.filter(isFinding) : [],
    cause: causeFrom(cause, deepestCause),
  });
}

/** Returns any thrown value as a coded error. @param label what failed: `greet() threw`. */
export function coded(thrown: unknown, code: Code, label: string): TenonError {
  if (isTenonError(thrown)) return thrown;
  const pluginStack = code !== "TENON_IMPORT_THREW" && thrown instanceof Error ? thrown.stack : undefined;
  return exceptionThrown(code, label, thrown, { pluginStack });
}

function causeOf(thrown: unknown, depth: number): Cause | undefined {
  if (!(thrown instanceof Error) || depth === 0) return undefined;
  return {
    name: cut(String(thrown.name)),
    message: cut(String(thrown.message)),
    stack: typeof thrown.stack === "string" ? cut(thrown.stack) : undefined,
    cause: causeOf(thrown.cause, depth - 1),
  };
}

function causeFrom(cause: unknown, depth: number): Error | undefined {
  if (!isObject(cause) || depth === 0) return undefined;
  const inner = causeFrom(cause.cause, depth - 1);
  const error = new Error(optionalText(cause.message) ?? "", inner === undefined ? undefined : { cause: inner });
  error.name = optionalText(cause.name) ?? "Error";
  error.stack = optionalText(cause.stack) ?? `${error.name}: ${error.message}`;
  return error;
}

function isFinding(value: unknown): value is Finding {
  return (
    isObject(value) &&
    typeof value.code === "string" &&
    Object.hasOwn(registry, value.code) &&
    (value.severity === "error" || value.severity === "warning" || value.severity === "info") &&
    typeof value.subject === "string" &&
    typeof value.message === "string" &&
    typeof value.cause === "string" &&
    isObject(value.fix) &&
    typeof value.fix.text === "string"
  );
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cut(text: string): string {
  return text.length <= longestText
    ? text
    : `${text.slice(0, longestText)} … (${text.length - longestText} more characters)`;
}
