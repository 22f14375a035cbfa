import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";

/** @param path a JSON pointer into the schema; empty for the whole */
export function schemaInvalid(path: string, problem: string): TenonError {
  return errors.TENON_SCHEMA_INVALID({ message: `JSON Schema: ${at(path)}${problem}`, subject: path });
}

export function schemaReference(path: string, reference: string): TenonError {
  return errors.TENON_SCHEMA_REFERENCE({
    message: `JSON Schema: ${at(path)}the reference "${reference.slice(0, 200)}" leads out of the document`,
    subject: at(path),
  });
}

export function schemaTooLarge(path: string, problem: string): TenonError {
  return errors.TENON_SCHEMA_TOO_LARGE({ message: `JSON Schema: ${at(path)}${problem}`, subject: path });
}

/** @param tools the names of two tools */
export function toolNamesCollide(name: string, tools: readonly [string, string]): TenonError {
  const [one, other] = tools.map((tool) => JSON.stringify(tool));
  return errors.TENON_SCHEMA_NAMES({
    message: `the tools ${one} and ${other} are both "${name}" in a contract`,
    subject: name,
    fix: { text: `Name one of them differently: names: { ${other}: "another-name" }, or --rename TOOL=NAME.` },
  });
}

export function toolNameUnusable(tool: string): TenonError {
  return errors.TENON_SCHEMA_NAMES({
    message: `the name of the tool ${JSON.stringify(tool.slice(0, 100))} has no letters or digits`,
    subject: tool,
    fix: { text: `Pass names: { ${JSON.stringify(tool.slice(0, 100))}: "a-name" }.` },
  });
}

/** A value does not fit the schema of its tool. @param path inside the JSON value; empty for the whole */
export function schemaValueInvalid(where: string, path: string, problem: string): TenonError {
  return errors.TENON_VALUE_TYPE({
    message: `${where}${path === "" ? "" : ` at ${path}`}: ${problem}`,
    subject: where,
    fix: { text: "Pass a value that the schema allows." },
  });
}

/** What became a t.json because no type says it. */
export function schemaBecomesJson(subject: string, path: string, lost: string): Finding {
  return finding("TENON_SCHEMA_LOSSY", {
    severity: "warning",
    subject,
    message: `${at(subject)}${path} becomes json: ${lost}`,
    cause: "",
  });
}

/** What the types do not say, and the codec checks. */
export function schemaChecked(subject: string, keywords: readonly string[]): Finding {
  return finding("TENON_SCHEMA_LOSSY", {
    severity: "info",
    subject,
    message: `${at(subject)}the types do not say ${keywords.join(", ")}: values are checked when they are converted`,
    cause: "",
    fix: { text: "Nothing must be done." },
  });
}

/** What neither the types say nor the codec checks. */
export function schemaUnchecked(subject: string, path: string, what: string): Finding {
  return finding("TENON_SCHEMA_LOSSY", {
    severity: "warning",
    subject,
    message: `${at(subject)}${at(path)}${what}`,
    cause: "",
    fix: { text: "Let the owner of the schema check it." },
  });
}

const at = (path: string): string => (path === "" ? "" : `${path}: `);
