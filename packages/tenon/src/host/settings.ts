import { generatesCode } from "../contract/core.js";
import { codeGenerationForbidden } from "../errors/factories/host.js";
import {
  runtimeOptionsInvalid,
  runtimeSchemaInvalid,
  type SettingsProblem,
  settingsInvalid,
  settingsSchemaInvalid,
  settingsUnreadable,
} from "../errors/factories/settings.js";
import { isTenonError, type TenonError } from "../errors/index.js";
import type { JsonSchema, RuntimeOptions } from "../runtime/index.js";
import { copyJson, type JsonBounds, jsonPath, NotJson } from "./json-copy.js";
import { type EngineResult, runEngine } from "./settings-engine.js";
import { explainSettings, type SettingsWords, settingsWords } from "./settings-explain.js";
import { runEngineElsewhere, Unanswered } from "./settings-process.js";
import { readSchema, type SettingsSchema } from "./settings-schema.js";

/** What is validated: settings of a plugin, or options of a runtime. */
interface Validated {
  /** For messages. */
  readonly subject: string;
  readonly words: SettingsWords;
  invalid(problems: readonly SettingsProblem[]): TenonError;
  schemaInvalid(where: string, problem: string): TenonError;
}

const settingsOf = (subject: string): Validated => ({
  subject,
  words: settingsWords,
  invalid: (problems) => settingsInvalid(subject, problems),
  schemaInvalid: (where, problem) => settingsSchemaInvalid(subject, where, problem),
});

const optionWords: SettingsWords = { root: "runtime", one: "option", many: "options" };

/**
 * Validates the options of a runtime for one plugin against the schema that the runtime brings, and fills in the defaults.
 *
 * @param subject the plugin, for messages.
 * @throws TENON_OPTION_INVALID with each path; TENON_RUNTIME_UNAVAILABLE if the schema is not a JSON Schema.
 */
export function validateRuntimeOptions(
  schema: JsonSchema,
  options: RuntimeOptions,
  runtime: string,
  subject: string,
): RuntimeOptions {
  // The engine is large, and most runtimes need no option.
  if (Object.keys(options).length === 0 && !/"(?:default|required|minProperties)":/.test(JSON.stringify(schema)))
    return options;
  const validated: Validated = {
    subject,
    words: optionWords,
    invalid: (problems) => runtimeOptionsInvalid(subject, problems),
    schemaInvalid: (where, problem) => runtimeSchemaInvalid(runtime, where, problem),
  };
  const bytes = Object.entries(options).filter(
    ([name, value]) => value instanceof Uint8Array && isBinary(schema, name),
  );
  const empty = Object.fromEntries(bytes.map(([name]) => [name, ""]));
  const read = validate(schema, { ...options, ...empty }, validated, 2000) as RuntimeOptions;
  return { ...read, ...Object.fromEntries(bytes) };
}

/** Whether an option may be bytes as well as text: `{ "type": "string", "format": "binary" }`. */
function isBinary({ properties }: JsonSchema, name: string): boolean {
  return (properties as Record<string, { format?: unknown } | undefined> | undefined)?.[name]?.format === "binary";
}

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
  const validated = settingsOf(subject);
  const known = guarded(validated, () => readSchema(schema));
  // A plugin is checked each time that it is opened, and compiling a schema takes most of the time of a check.
  const text = JSON.stringify(known.schema);
  if (valid.has(text)) return;
  evaluate(validated, known.schema, undefined, milliseconds);
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
  if (schema === undefined) return settings === undefined ? undefined : copySettings(settings, settingsOf(subject));
  return validate(schema, settings ?? {}, settingsOf(subject), milliseconds);
}

/**
 * Checks a value against a schema of Tenon's own, and fills in its defaults.
 *
 * @param subject for the message if the check itself is not possible.
 */
export function checkAgainst(
  schema: JsonSchema,
  given: unknown,
  words: SettingsWords,
  subject: string,
): { readonly value: unknown; readonly problems: readonly SettingsProblem[] } {
  const validated: Validated = { ...settingsOf(subject), words };
  const known = guarded(validated, () => readSchema(schema));
  const result = evaluate(validated, known.schema, given, 5000);
  return { value: result.settings, problems: problems(validated, given, result, known) };
}

function validate(schema: JsonSchema, given: unknown, validated: Validated, milliseconds: number): unknown {
  const known = guarded(validated, () => readSchema(schema));
  const copy = copySettings(given, validated);
  const result = evaluate(validated, known.schema, copy, milliseconds);
  if (result.errors.length > 0) throw validated.invalid(problems(validated, copy, result, known));
  return result.settings;
}

/** The engine compiles each schema to a function. A host that may not do so asks another process. */
function evaluate(validated: Validated, schema: object, settings: unknown, milliseconds: number): EngineResult {
  if (generatesCode()) return guarded(validated, () => runEngine(schema, settings, milliseconds));
  try {
    return guarded(validated, () => runEngineElsewhere({ schema, settings, milliseconds }), Unanswered);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    throw codeGenerationForbidden(
      validated.subject,
      "schemas of settings",
      "Let the host start processes, remove the schema from the plugin's manifest, or start Node without --disallow-code-generation-from-strings.",
    );
  }
}

function problems(
  validated: Validated,
  settings: unknown,
  result: EngineResult,
  known: SettingsSchema,
): readonly SettingsProblem[] {
  return guarded(validated, () => explainSettings(settings, result, known, validated.words));
}

function copySettings(settings: unknown, { subject, words, invalid }: Validated): unknown {
  try {
    return copyJson(settings, bounds);
  } catch (error) {
    if (error instanceof NotJson) throw invalid([{ path: jsonPath(words.root, error.path), message: error.message }]);
    throw settingsUnreadable(subject, error);
  }
}

/** Runs an action in which every failure is caused by the schema. */
function guarded<T>(validated: Validated, action: () => T, except?: typeof Unanswered): T {
  try {
    return action();
  } catch (error) {
    if (isTenonError(error) || (except !== undefined && error instanceof except)) throw error;
    const problem =
      error instanceof RangeError ? "it refers to itself endlessly, or is nested too deep" : (error as Error).message;
    const where = error instanceof NotJson && error.path.length > 0 ? ` at ${jsonPath("schema", error.path)}` : "";
    throw validated.schemaInvalid(where, String(problem));
  }
}
