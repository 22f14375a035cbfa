import type { ErrorObject } from "ajv/dist/2020.js";
import { describe } from "../contract/core.js";
import type { SettingsProblem } from "../errors/factories/settings.js";
import { nearest } from "../runtime/nearest.js";
import { jsonPath } from "./json-copy.js";
import type { EngineResult } from "./settings-engine.js";
import type { SettingsSchema } from "./settings-schema.js";

/** What the values are called in messages: `settings.port`, "is not a known setting". */
export interface SettingsWords {
  readonly root: string;
  readonly one: string;
  readonly many: string;
}

export const settingsWords: SettingsWords = { root: "settings", one: "setting", many: "settings" };

/**
 * Describes what the engine found in plain words. Never shows the value of a setting that is marked as secret, nor a value
 * that may contain, or stand in for, such a setting.
 */
export function explainSettings(
  settings: unknown,
  { errors, secrets }: EngineResult,
  known: SettingsSchema,
  words: SettingsWords = settingsWords,
): readonly SettingsProblem[] {
  const alternatives = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const outer = errors.filter(
    (error) => !alternatives.some(({ schemaPath }) => error.schemaPath.startsWith(`${schemaPath}/`)),
  );
  const problems = outer
    .filter(({ keyword }) => keyword !== "if")
    .map((error): SettingsProblem => {
      const steps = readPointer(settings, error.instancePath);
      const hidden =
        known.hasSecrets &&
        (!isLeaf(error.parentSchema) || isSecret(error.instancePath, steps, secrets, known.secretNames));
      const got = hidden ? `a ${typeName(error.data)} that is not shown` : describe(error.data);
      return explainOne(error, steps, got, errors, words);
    });
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}

function explainOne(
  error: ErrorObject,
  steps: readonly (string | number)[],
  got: string,
  all: readonly ErrorObject[],
  words: SettingsWords,
): SettingsProblem {
  const { params, schema, keyword, parentSchema } = error;
  const at = (path: readonly (string | number)[], message: string): SettingsProblem => ({
    path: jsonPath(words.root, path),
    steps: path,
    message,
  });
  const here = (message: string) => at(steps, message);
  const expected = (what: string) => here(`expected ${what}, got ${got}`);
  switch (keyword) {
    case "type":
      return expected(orList([params.type].flat().map(typePhrase)));
    case "required": {
      const type = (parentSchema?.properties as any)?.[params.missingProperty]?.type;
      const what = type === undefined ? "" : ` (${orList([type].flat().map(typePhrase))})`;
      return at([...steps, params.missingProperty], `is missing${what}`);
    }
    case "dependentRequired":
    case "dependencies":
      return at([...steps, params.missingProperty], `is missing; it is required because "${params.property}" is set`);
    case "additionalProperties":
    case "unevaluatedProperties":
      return unknownKey(
        at,
        steps,
        params.additionalProperty ?? params.unevaluatedProperty,
        Object.keys((parentSchema?.properties as object) ?? {}),
        words,
      );
    case "propertyNames":
      return at([...steps, params.propertyName], "this name is not allowed");
    case "enum":
      return expected(`one of ${shortList((schema as unknown[]).map(literal))}`);
    case "const":
      return expected(literal(schema));
    case "minimum":
      return expected(`a number of at least ${params.limit}`);
    case "maximum":
      return expected(`a number of at most ${params.limit}`);
    case "exclusiveMinimum":
      return expected(`a number above ${params.limit}`);
    case "exclusiveMaximum":
      return expected(`a number below ${params.limit}`);
    case "multipleOf":
      return expected(`a multiple of ${params.multipleOf}`);
    case "minLength":
    case "maxLength":
      return expected(`${bound(keyword)} ${count(params.limit, "character")}`);
    case "minItems":
    case "maxItems":
      return expected(`${bound(keyword)} ${count(params.limit, "item")}`);
    case "minProperties":
    case "maxProperties":
      return expected(`${bound(keyword)} ${count(params.limit, "key")}`);
    case "pattern":
      return expected(`a string that matches the pattern ${String(params.pattern).slice(0, 100)}`);
    case "uniqueItems":
      return here(`items ${params.j} and ${params.i} are equal; expected no duplicates`);
    case "contains":
      return here(`expected at least ${count(params.minContains ?? 1, "item")} that fits \`contains\` in the schema`);
    case "false schema":
      return here("is not allowed here");
    case "not":
      return here(`the schema forbids this value (got ${got})`);
    case "oneOf":
      if (Array.isArray(params.passingSchemas))
        return here(`fits more than one alternative of the schema, but exactly one is allowed (got ${got})`);
      return expected(alternativesOf(error, all));
    case "anyOf":
      return expected(alternativesOf(error, all));
    default:
      return here(`${error.message ?? `does not fit ${keyword}`} (got ${got})`);
  }
}

/** Names the types of the alternatives if they differ only in type. */
function alternativesOf(error: ErrorObject, all: readonly ErrorObject[]): string {
  const inner = all.filter((each) => each.schemaPath.startsWith(`${error.schemaPath}/`));
  const types = inner.filter(({ keyword, instancePath }) => keyword === "type" && instancePath === error.instancePath);
  if (types.length === 0 || types.length !== inner.length) return "one of the alternatives that the schema allows";
  return orList([...new Set(types.flatMap(({ params }) => [params.type].flat().map(typePhrase)))]);
}

function unknownKey(
  at: (path: readonly (string | number)[], message: string) => SettingsProblem,
  steps: readonly (string | number)[],
  key: string,
  known: readonly string[],
  words: SettingsWords,
): SettingsProblem {
  const near = nearest(key, known);
  const help =
    near !== undefined
      ? `; did you mean "${near}"?`
      : known.length === 0
        ? ""
        : `; known ${words.many}: ${shortList(known)}`;
  return { ...at([...steps, key], `is not a known ${words.one}${help}`), isKey: true };
}

/** Splits a JSON pointer into keys and indices. */
function readPointer(root: unknown, pointer: string): (string | number)[] {
  let value: any = root;
  return pointer
    .split("/")
    .slice(1)
    .map((escaped) => {
      const key = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(value) ? Number(key) : key;
      value = value?.[key];
      return step;
    });
}

function isSecret(
  pointer: string,
  steps: readonly (string | number)[],
  secrets: ReadonlySet<string>,
  names: ReadonlySet<string>,
): boolean {
  if (steps.some((step) => typeof step === "string" && names.has(step))) return true;
  for (const secret of secrets) if (pointer === secret || pointer.startsWith(`${secret}/`)) return true;
  return false;
}

const branches = [
  "properties",
  "patternProperties",
  "additionalProperties",
  "items",
  "prefixItems",
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
  "$ref",
  "$dynamicRef",
  "dependentSchemas",
  "contains",
  "unevaluatedProperties",
  "unevaluatedItems",
];

function isLeaf(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && !branches.some((keyword) => keyword in schema);
}

function typePhrase(type: string): string {
  if (type === "null") return "null";
  if (type === "integer") return "a whole number";
  if (type === "boolean") return "true or false";
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

function typeName(value: unknown): string {
  return value === null
    ? "null"
    : Array.isArray(value)
      ? "list"
      : typeof value === "object"
        ? "group of settings"
        : typeof value;
}

function orList(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}

function shortList(texts: readonly string[]): string {
  return texts.length <= 12 ? texts.join(", ") : `${texts.slice(0, 12).join(", ")} and ${texts.length - 12} more`;
}

function literal(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

function bound(keyword: string): string {
  return keyword.startsWith("min") ? "at least" : "at most";
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}
