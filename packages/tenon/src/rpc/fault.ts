import { exceptionThrown, reportedError } from "../errors/factories/call.js";
import {
  type Code,
  type Finding,
  isErrorObject,
  isMadeHere,
  isTenonError,
  ownSideCodes,
  propertyOf,
  registry,
  reviveThrown,
  serialiseThrown,
  type TenonError,
} from "../errors/index.js";

// A failure crosses the wire as JSON. Long parts are cut, so that an error is never the largest message.
const longestText = 16 * 1024;
const longestFindings = 32 * 1024;
const longestFault = 1024 * 1024;
const unreadable = "the other side reported an error that cannot be read";

/** Returns a coded error as text, without its payload, which is a value of the contract and is sent separately. */
export function faultText(error: TenonError): string {
  const field = (name: string) => optionalText(propertyOf(error, name), cut);
  const fix = propertyOf(error, "fix");
  const cause = propertyOf(error, "cause");
  return JSON.stringify({
    code: field("code"),
    message: field("message"),
    subject: field("subject"),
    fix: { text: optionalText(propertyOf(fix, "text"), cut), command: optionalText(propertyOf(fix, "command"), cut) },
    pluginStack: field("pluginStack"),
    findings: sendable(propertyOf(error, "findings")),
    cause: cause === undefined ? undefined : serialiseThrown(cause),
  });
}

/**
 * Returns the coded error that a text from the other side describes. Fields that are missing or of the wrong type are left
 * out. A code that is unknown, or that only this side can know, becomes `instead` and is named in the message.
 *
 * @param fromHost the host says why it cancels a call, and it knows everything about the plugin and its connection.
 */
export function faultFromText(text: string, instead: Code, fromHost = false): TenonError {
  let fault: unknown;
  try {
    fault = text.length > longestFault ? undefined : JSON.parse(text);
  } catch {
    return reportedError(instead, { message: unreadable });
  }
  const { code, message, subject, fix, pluginStack, findings, cause } = (isObject(fault) ? fault : {}) as Record<
    string,
    unknown
  >;
  const known = typeof code === "string" && Object.hasOwn(registry, code) && (fromHost || !ownSideCodes.has(code));
  const reported = optionalText(message) ?? "the other side reported an error without a message";
  return reportedError(known ? (code as Code) : instead, {
    message: known || typeof code !== "string" ? reported : `${reported} (${cut(code)})`,
    subject: optionalText(subject),
    ...(isObject(fix) && typeof fix.text === "string" && known
      ? { fix: { text: fix.text, ...(typeof fix.command === "string" ? { command: fix.command } : {}) } }
      : {}),
    pluginStack: optionalText(pluginStack),
    findings: Array.isArray(findings) ? findings.filter(isFinding) : [],
    cause: cause === undefined ? undefined : reviveThrown(cause),
  });
}

/** Returns any thrown value as a coded error. @param label what failed: `greet() threw`. */
export function coded(thrown: unknown, code: Code, label: string): TenonError {
  if (isMadeHere(thrown)) return thrown;
  // Made by another copy of the package, or by something that imitates it.
  if (isTenonError(thrown)) return faultFromText(faultText(thrown), code);
  const stack = code !== "TENON_IMPORT_THREW" && isErrorObject(thrown) ? propertyOf(thrown, "stack") : undefined;
  return exceptionThrown(code, label, thrown, { pluginStack: optionalText(stack) });
}

function sendable(findings: unknown): unknown {
  try {
    const known = Array.isArray(findings) ? findings.filter(isFinding) : [];
    return known.length > 0 && JSON.stringify(known).length <= longestFindings ? known : undefined;
  } catch {
    return undefined;
  }
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

function optionalText(value: unknown, change = (text: string) => text): string | undefined {
  return typeof value === "string" ? change(value) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cut(text: string): string {
  return text.length <= longestText
    ? text
    : `${text.slice(0, longestText)} … (${text.length - longestText} more characters)`;
}
