import type { ErrorObject } from "ajv/dist/2020.js";
import { describe } from "../contract/core.js";
import { nearest } from "../runtime/nearest.js";
import { jsonPath } from "./json-copy.js";
import type { EngineResult } from "./settings-engine.js";
import type { SettingsSchema } from "./settings-schema.js";

/** One thing that is wrong with settings. */
export interface SettingsProblem {
  /** `settings.servers[2].port` */
  readonly path: string;
  readonly message: string;
}

/**
 * What the engine found, in plain words. The value of a setting that is marked as secret is never told, nor is one in
 * which, or in place of which, such a setting may stand.
 */
export function explainSettings(
  settings: unknown,
  { errors, secrets }: EngineResult,
  known: SettingsSchema,
): readonly SettingsProblem[] {
  const alternatives = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const told = errors.filter(
    (error) => !alternatives.some(({ schemaPath }) => error.schemaPath.startsWith(`${schemaPath}/`)),
  );
  const problems = told
    .filter(({ keyword }) => keyword !== "if")
    .map((error): SettingsProblem => {
      const steps = readPointer(settings, error.instancePath);
      const hidden =
        known.hasSecrets &&
        (!isLeaf(error.parentSchema) || isSecret(error.instancePath, steps, secrets, known.secretNames));
      const got = hidden ? `a ${typeName(error.data)} that is not shown` : describe(error.data);
      return explainOne(error, steps, got, errors);
    });
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}

function explainOne(
  error: ErrorObject,
  steps: readonly (string | number)[],
  got: string,
  all: readonly ErrorObject[],
): SettingsProblem {
  const { params, schema, keyword, parentSchema } = error;
  const path = jsonPath("settings", steps);
  const expected = (what: string): SettingsProblem => ({ path, message: `expected ${what}, got ${got}` });
  switch (keyword) {
    case "type":
      return expected(orList([params.type].flat().map(typePhrase)));
    case "required": {
      const type = (parentSchema?.properties as any)?.[params.missingProperty]?.type;
      const what = type === undefined ? "" : ` (${orList([type].flat().map(typePhrase))})`;
      return { path: jsonPath("settings", [...steps, params.missingProperty]), message: `is missing${what}` };
    }
    case "dependentRequired":
    case "dependencies":
      return {
        path: jsonPath("settings", [...steps, params.missingProperty]),
        message: `is missing; it is needed because "${params.property}" is given`,
      };
    case "additionalProperties":
    case "unevaluatedProperties":
      return unknownKey(
        steps,
        params.additionalProperty ?? params.unevaluatedProperty,
        Object.keys((parentSchema?.properties as object) ?? {}),
      );
    case "propertyNames":
      return { path: jsonPath("settings", [...steps, params.propertyName]), message: "this name is not allowed" };
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
      return expected(`text that matches the pattern ${String(params.pattern).slice(0, 100)}`);
    case "uniqueItems":
      return { path, message: `items ${params.j} and ${params.i} are equal; expected each once` };
    case "contains":
      return { path, message: `expected ${count(params.minContains ?? 1, "item")} of a certain kind; see the schema` };
    case "false schema":
      return { path, message: "is not allowed here" };
    case "not":
      return { path, message: `this value is ruled out by the schema (got ${got})` };
    case "oneOf":
      if (Array.isArray(params.passingSchemas))
        return { path, message: `fits more than one of the alternatives that exclude each other (got ${got})` };
      return expected(alternativesOf(error, all));
    case "anyOf":
      return expected(alternativesOf(error, all));
    default:
      return { path, message: `${error.message ?? `does not fit ${keyword}`} (got ${got})` };
  }
}

/** Where the alternatives differ in type alone, these are named. */
function alternativesOf(error: ErrorObject, all: readonly ErrorObject[]): string {
  const inner = all.filter((each) => each.schemaPath.startsWith(`${error.schemaPath}/`));
  const types = inner.filter(({ keyword, instancePath }) => keyword === "type" && instancePath === error.instancePath);
  if (types.length === 0 || types.length !== inner.length) return "one of the alternatives that the schema allows";
  return orList([...new Set(types.flatMap(({ params }) => [params.type].flat().map(typePhrase)))]);
}

function unknownKey(steps: readonly (string | number)[], key: string, known: readonly string[]): SettingsProblem {
  const near = nearest(key, known);
  const help =
    near !== undefined ? `; did you mean "${near}"?` : known.length === 0 ? "" : `; known are ${shortList(known)}`;
  return { path: jsonPath("settings", [...steps, key]), message: `is not a known setting${help}` };
}

/** A JSON pointer as keys and indices. */
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
