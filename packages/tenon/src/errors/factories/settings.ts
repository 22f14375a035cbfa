import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { finding } from "../finding.js";

/** One thing that is wrong with settings. */
export interface SettingsProblem {
  /** `settings.servers[2].port` */
  readonly path: string;
  /** The same as keys and indexes. */
  readonly steps?: readonly (string | number)[];
  /** Whether the key itself is wrong, and not its value. */
  readonly isKey?: boolean;
  readonly message: string;
}

const mostInMessage = 10;
const mostFindings = 100;

/** Settings that do not fit the schema, or are not JSON. `subject`: the plugin. */
export function settingsInvalid(subject: string, problems: readonly SettingsProblem[]): TenonError {
  const shown = problems.slice(0, mostInMessage).map(({ path, message }) => `${path}: ${message}`);
  const more = problems.length > mostInMessage ? [`and ${problems.length - mostInMessage} more`] : [];
  return errors.TENON_SETTINGS_INVALID({
    message:
      problems.length === 1
        ? `${subject}: ${shown[0]}`
        : `${subject}: ${problems.length} settings are not valid:\n  ${[...shown, ...more].join("\n  ")}`,
    subject,
    findings: problems
      .slice(0, mostFindings)
      .map(({ path, message }) => finding("TENON_SETTINGS_INVALID", { subject: path, message: `${path}: ${message}` })),
  });
}

/** Options that do not fit the schema that their runtime brings, or are not JSON. `subject`: the plugin. */
export function runtimeOptionsInvalid(subject: string, problems: readonly SettingsProblem[]): TenonError {
  const shown = problems.slice(0, mostInMessage).map(({ path, message }) => `${path}: ${message}`);
  const more = problems.length > mostInMessage ? [`and ${problems.length - mostInMessage} more`] : [];
  return errors.TENON_OPTION_INVALID({
    message:
      problems.length === 1
        ? `${subject}: ${shown[0]}`
        : `${subject}: ${problems.length} options of its runtime are not valid:\n  ${[...shown, ...more].join("\n  ")}`,
    subject,
    findings: problems
      .slice(0, mostFindings)
      .map(({ path, message }) => finding("TENON_OPTION_INVALID", { subject: path, message: `${path}: ${message}` })),
  });
}

/** The schema of a runtime's options cannot be used. `where`: " at schema.properties.port", or nothing. */
export function runtimeSchemaInvalid(runtime: string, where: string, problem: string): TenonError {
  return errors.TENON_RUNTIME_UNAVAILABLE({
    message: `the ${runtime} runtime: the schema of its options is not valid${where}: ${problem.slice(0, 500)}`,
    subject: runtime,
    fix: { text: "Report this to the author of the runtime: `options` must be a JSON Schema, draft 2020-12." },
  });
}

/** A getter of the settings object threw. */
export function settingsUnreadable(subject: string, cause: unknown): TenonError {
  return errors.TENON_SETTINGS_INVALID({
    message: `${subject}: the settings cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    subject,
    cause,
    fix: { text: "Pass the settings as plain JSON values, without getters that throw." },
  });
}

/** The manifest's schema cannot be used. `where`: " at schema.properties.port", or nothing. */
export function settingsSchemaInvalid(subject: string, where: string, problem: string): TenonError {
  return errors.TENON_MANIFEST_INVALID({
    message: `${subject}: the schema of the plugin's settings is not valid${where}: ${problem.slice(0, 500)}`,
    subject,
    fix: { text: "Fix the schema under `settings` in the plugin's manifest; it is JSON Schema, draft 2020-12." },
  });
}
