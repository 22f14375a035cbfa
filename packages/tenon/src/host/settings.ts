import { errors, finding, isTenonError, type TenonError } from "../errors/index.js";
import { copyJson, type JsonBounds, jsonPath, NotJson } from "./json-copy.js";
import { type EngineResult, runEngine } from "./settings-engine.js";
import { explainSettings, type SettingsProblem } from "./settings-explain.js";
import { readSchema, type SettingsSchema } from "./settings-schema.js";

const bounds: JsonBounds = { depth: 100, parts: 200_000, characters: 20_000_000 };
const mostTold = 10;

/**
 * Validates a plugin's settings against the JSON Schema (draft 2020-12) in its manifest, and gives a copy of them with the
 * schema's defaults filled in. No settings count as `{}`; without a schema they are only copied.
 *
 * The schema comes from the plugin and is not trusted: it is bounded in size and in what its references multiply it to,
 * references lead nowhere outside, nothing is fetched, and compiling and validating together are stopped after
 * `milliseconds`, so that a `pattern` that backtracks without end cannot hold the host. `format` is a remark, as the
 * standard has it, and is not checked. Values of settings that are marked `writeOnly: true` or `format: "password"` never
 * enter a message.
 *
 * @param subject whose settings they are, for messages.
 * @throws TENON_SETTINGS_INVALID with each path, what is expected there and what is there; one finding for each.
 * @throws TENON_MANIFEST_INVALID when the schema is none, or is too large or too slow.
 */
export function validateSettings(
  schema: Readonly<Record<string, unknown>> | undefined,
  settings: unknown,
  subject: string,
  { milliseconds = 2000 }: { readonly milliseconds?: number } = {},
): unknown {
  if (schema === undefined) return settings === undefined ? undefined : copySettings(settings, subject);
  const known = guarded(subject, () => readSchema(schema));
  const copy = copySettings(settings ?? {}, subject);
  const result = guarded(subject, () => runEngine(known.schema, copy, milliseconds));
  if (result.errors.length > 0) throw invalidSettings(subject, problems(subject, copy, result, known));
  return copy;
}

function problems(
  subject: string,
  settings: unknown,
  result: EngineResult,
  known: SettingsSchema,
): readonly SettingsProblem[] {
  return guarded(subject, () => explainSettings(settings, result, known));
}

function copySettings(settings: unknown, subject: string): unknown {
  try {
    return copyJson(settings, bounds);
  } catch (error) {
    if (error instanceof NotJson)
      throw invalidSettings(subject, [{ path: jsonPath("settings", error.path), message: error.message }]);
    // A getter of the caller's object threw.
    throw errors.TENON_SETTINGS_INVALID({ message: `${subject}: the settings cannot be read`, subject, cause: error });
  }
}

function invalidSettings(subject: string, all: readonly SettingsProblem[]): TenonError {
  const told = all.slice(0, mostTold).map(({ path, message }) => `${path}: ${message}`);
  const more = all.length > mostTold ? [`and ${all.length - mostTold} more`] : [];
  return errors.TENON_SETTINGS_INVALID({
    message:
      all.length === 1
        ? `${subject}: ${told[0]}`
        : `${subject}: ${all.length} settings are not valid:\n  ${[...told, ...more].join("\n  ")}`,
    subject,
    findings: all
      .slice(0, 100)
      .map(({ path, message }) => finding("TENON_SETTINGS_INVALID", { subject: path, message: `${path}: ${message}` })),
  });
}

/** Whatever goes wrong inside is the schema's doing. */
function guarded<T>(subject: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (isTenonError(error)) throw error;
    const message =
      error instanceof RangeError ? "it refers to itself without end, or is nested too deep" : (error as Error).message;
    const where = error instanceof NotJson && error.path.length > 0 ? ` at ${jsonPath("schema", error.path)}` : "";
    throw errors.TENON_MANIFEST_INVALID({
      message: `${subject}: the schema of the plugin's settings is not valid${where}: ${String(message).slice(0, 500)}`,
      subject,
      fix: { text: "Correct the schema under `settings` in the plugin's manifest; it is JSON Schema, draft 2020-12." },
    });
  }
}
