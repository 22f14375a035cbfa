import { generatesCode } from "../contract/core.js";
import { codeGenerationForbidden } from "../errors/factories/host.js";
import {
  type SettingsProblem,
  settingsInvalid,
  settingsSchemaInvalid,
  settingsUnreadable,
} from "../errors/factories/settings.js";
import { isTenonError } from "../errors/index.js";
import { copyJson, type JsonBounds, jsonPath, NotJson } from "./json-copy.js";
import { type EngineResult, runEngine } from "./settings-engine.js";
import { explainSettings } from "./settings-explain.js";
import { runEngineElsewhere, Unanswered } from "./settings-process.js";
import { readSchema, type SettingsSchema } from "./settings-schema.js";

const bounds: JsonBounds = { depth: 100, parts: 200_000, characters: 20_000_000 };

/**
 * Checks the schema of a plugin's settings without any settings, as {@link validateSettings} does before it uses it.
 *
 * @throws TENON_MANIFEST_INVALID if the schema is not a JSON Schema, or is too large or too slow.
 */
export function checkSettingsSchema(
  schema: Readonly<Record<string, unknown>>,
  subject: string,
  { milliseconds = 2000 }: { readonly milliseconds?: number } = {},
): void {
  const known = guarded(subject, () => readSchema(schema));
  // A plugin is checked each time that it is opened, and compiling a schema takes most of the time of a check.
  const text = JSON.stringify(known.schema);
  if (valid.has(text)) return;
  evaluate(subject, known.schema, undefined, milliseconds);
  if (text.length > longestKept) return;
  valid.add(text);
  const [oldest] = valid;
  if (valid.size > mostKept && oldest !== undefined) valid.delete(oldest);
}

/** Schemas that were found valid. */
const valid = new Set<string>();
const mostKept = 64;
const longestKept = 100_000;

/**
 * Validates a plugin's settings against the JSON Schema (draft 2020-12) in its manifest. Returns a copy with the schema's
 * defaults filled in. Missing settings count as `{}`; without a schema the settings are only copied.
 *
 * The schema comes from the plugin and is not trusted. Its size is limited, also after its references are expanded;
 * references cannot point outside of it; nothing is fetched; and compiling and validating together are stopped after
 * `milliseconds`, so that a `pattern` with catastrophic backtracking cannot block the host. `format` is an annotation, as
 * the standard says, and is not checked. Values of settings that are marked `writeOnly: true` or `format: "password"`
 * never appear in a message.
 *
 * @param subject the plugin, for messages.
 * @throws TENON_SETTINGS_INVALID with each path, what was expected there and what was found; one finding for each.
 * @throws TENON_MANIFEST_INVALID if the schema is not a JSON Schema, or is too large or too slow.
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
  const result = evaluate(subject, known.schema, copy, milliseconds);
  if (result.errors.length > 0) throw settingsInvalid(subject, problems(subject, copy, result, known));
  return result.settings;
}

/** The engine compiles each schema to a function. A host that may not do so asks another process. */
function evaluate(subject: string, schema: object, settings: unknown, milliseconds: number): EngineResult {
  if (generatesCode()) return guarded(subject, () => runEngine(schema, settings, milliseconds));
  try {
    return guarded(subject, () => runEngineElsewhere({ schema, settings, milliseconds }), Unanswered);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    throw codeGenerationForbidden(
      subject,
      "schemas of settings",
      "Let the host start processes, remove the schema from the plugin's manifest, or start Node without --disallow-code-generation-from-strings.",
    );
  }
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
      throw settingsInvalid(subject, [{ path: jsonPath("settings", error.path), message: error.message }]);
    throw settingsUnreadable(subject, error);
  }
}

/** Runs an action in which every failure is caused by the schema. */
function guarded<T>(subject: string, action: () => T, except?: typeof Unanswered): T {
  try {
    return action();
  } catch (error) {
    if (isTenonError(error) || (except !== undefined && error instanceof except)) throw error;
    const problem =
      error instanceof RangeError ? "it refers to itself endlessly, or is nested too deep" : (error as Error).message;
    const where = error instanceof NotJson && error.path.length > 0 ? ` at ${jsonPath("schema", error.path)}` : "";
    throw settingsSchemaInvalid(subject, where, String(problem));
  }
}
