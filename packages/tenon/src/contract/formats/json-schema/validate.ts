import { schemaTooLarge } from "../../../errors/factories/schema.js";
import type { JsonValue } from "../../json/index.js";
import { asSchema, isObject, type Node, type Schema, type SchemaDocument, type SchemaObject } from "./document.js";
import { deepEqual, jsonKey, multipleOf, typeMatches } from "./json-rules.js";
import { compilePattern, type Pattern } from "./pattern.js";

/** Why a value is not valid, and where: `.edits[0].text`. */
export interface Problem {
  readonly path: string;
  /** Worded only if it is shown: most cases of a choice do not fit. */
  readonly problem: () => string;
}

const mostSteps = 2_000_000;
const mostDepth = 1_000;

/**
 * Validates JSON against a schema of a document that is not trusted: it interprets the schema, in bounded time. `format` and
 * what else JSON Schema calls an annotation is not checked.
 */
export class Validator {
  readonly #document: SchemaDocument;
  readonly #targets = new WeakMap<SchemaObject, Node>();
  readonly #patterns = new Map<string, Pattern | undefined>();
  #steps = 0;

  constructor(document: SchemaDocument) {
    this.#document = document;
  }

  /** Returns the first thing that is wrong with a value, or `undefined`. @throws TENON_SCHEMA_TOO_LARGE */
  check(node: Node, value: JsonValue): Problem | undefined {
    this.#steps = 0;
    return this.#check(node.schema, value, "", node.path, 0);
  }

  /** Whether a value is valid, inside of another check. */
  #fits(schema: Schema, value: JsonValue, at: string, depth: number): boolean {
    return this.#check(schema, value, "", at, depth) === undefined;
  }

  #check(schema: Schema, value: JsonValue, path: string, at: string, depth: number): Problem | undefined {
    if (++this.#steps > mostSteps) throw schemaTooLarge(at, "a value takes too many steps to check");
    if (depth > mostDepth) throw schemaTooLarge(at, "a value is nested too deep, or a reference leads back to itself");
    if (schema === true) return undefined;
    if (schema === false) return { path, problem: () => "nothing is allowed here" };
    return (
      this.#general(schema, value, path) ??
      this.#combined(schema, value, path, at, depth + 1) ??
      (typeof value === "number"
        ? checkNumber(schema, value, path)
        : typeof value === "string"
          ? this.#string(schema, value, path)
          : Array.isArray(value)
            ? this.#array(schema, value, path, at, depth + 1)
            : isObject(value)
              ? this.#object(schema, value, path, at, depth + 1)
              : undefined)
    );
  }

  #general(schema: SchemaObject, value: JsonValue, path: string): Problem | undefined {
    const { type } = schema;
    if (type !== undefined) {
      const types = Array.isArray(type) ? type : [type];
      const isNull = value === null && schema.nullable === true;
      if (!isNull && !types.some((each) => typeMatches(String(each), value)))
        return { path, problem: () => `expected ${types.join(" or ")}, got ${shown(value)}` };
    }
    const { enum: choices, const: only } = schema;
    if (Array.isArray(choices) && !choices.some((each) => deepEqual(each, value)))
      return { path, problem: () => `expected one of ${shown(choices)}, got ${shown(value)}` };
    if (only !== undefined && !deepEqual(only, value))
      return { path, problem: () => `expected ${shown(only)}, got ${shown(value)}` };
    return undefined;
  }

  #combined(schema: SchemaObject, value: JsonValue, path: string, at: string, depth: number): Problem | undefined {
    if (typeof schema.$ref === "string") {
      let target = this.#targets.get(schema);
      if (target === undefined) this.#targets.set(schema, (target = this.#document.resolve(schema.$ref, at)));
      const problem = this.#check(target.schema, value, path, target.path, depth);
      if (problem !== undefined) return problem;
    }
    for (const each of listOf(schema.allOf)) {
      const problem = this.#check(asSchema(each, at), value, path, at, depth);
      if (problem !== undefined) return problem;
    }
    const fits = (each: JsonValue): boolean => this.#fits(asSchema(each, at), value, at, depth);
    if (Array.isArray(schema.anyOf) && !schema.anyOf.some(fits))
      return { path, problem: () => `${shown(value)} fits no schema of anyOf` };
    if (Array.isArray(schema.oneOf)) {
      const count = schema.oneOf.filter(fits).length;
      if (count !== 1)
        return {
          path,
          problem: () => `${shown(value)} fits ${count === 0 ? "no schema" : `${count} schemas`} of oneOf`,
        };
    }
    if (schema.not !== undefined && fits(schema.not)) return { path, problem: () => `${shown(value)} is not allowed` };
    if (schema.if !== undefined) {
      const then = fits(schema.if) ? schema.then : schema.else;
      if (then !== undefined) return this.#check(asSchema(then, at), value, path, at, depth);
    }
    return undefined;
  }

  #string(schema: SchemaObject, value: string, path: string): Problem | undefined {
    const { minLength, maxLength, pattern } = schema;
    if (typeof minLength === "number" || typeof maxLength === "number") {
      let length = 0;
      for (const _ of value) length++;
      if (typeof minLength === "number" && length < minLength)
        return { path, problem: () => `expected at least ${minLength} characters, got ${length}` };
      if (typeof maxLength === "number" && length > maxLength)
        return { path, problem: () => `expected at most ${maxLength} characters, got ${length}` };
    }
    if (typeof pattern === "string" && this.#matches(pattern, value) === false)
      return { path, problem: () => `expected a text that matches ${shown(pattern)}, got ${shown(value)}` };
    return undefined;
  }

  /** `undefined` if the pattern cannot be checked: a finding has said so when the schema was converted. */
  #matches(source: string, value: string): boolean | undefined {
    if (!this.#patterns.has(source)) this.#patterns.set(source, compilePattern(source));
    return this.#patterns.get(source)?.(value);
  }

  #array(
    schema: SchemaObject,
    value: readonly JsonValue[],
    path: string,
    at: string,
    depth: number,
  ): Problem | undefined {
    const { minItems, maxItems, uniqueItems, contains } = schema;
    if (typeof minItems === "number" && value.length < minItems)
      return { path, problem: () => `expected at least ${minItems} items, got ${value.length}` };
    if (typeof maxItems === "number" && value.length > maxItems)
      return { path, problem: () => `expected at most ${maxItems} items, got ${value.length}` };
    const { first, rest } = itemSchemas(schema);
    for (const [index, item] of value.entries()) {
      const each = index < first.length ? first[index] : rest;
      if (each === undefined) continue;
      const problem = this.#check(asSchema(each, at), item, `${path}[${index}]`, at, depth);
      if (problem !== undefined) return problem;
    }
    if (uniqueItems === true) {
      this.#steps += value.length;
      if (new Set(value.map(jsonKey)).size < value.length) return { path, problem: () => "an item is there twice" };
    }
    if (contains !== undefined) {
      const found = value.filter((item) => this.#fits(asSchema(contains, at), item, at, depth)).length;
      const least = typeof schema.minContains === "number" ? schema.minContains : 1;
      const most = typeof schema.maxContains === "number" ? schema.maxContains : Number.POSITIVE_INFINITY;
      if (found < least || found > most) return { path, problem: () => `${found} items are as contains says` };
    }
    return undefined;
  }

  #object(schema: SchemaObject, value: SchemaObject, path: string, at: string, depth: number): Problem | undefined {
    const keys = Object.keys(value);
    const { minProperties, maxProperties, required, properties, patternProperties, additionalProperties } = schema;
    if (typeof minProperties === "number" && keys.length < minProperties)
      return { path, problem: () => `expected at least ${minProperties} properties, got ${keys.length}` };
    if (typeof maxProperties === "number" && keys.length > maxProperties)
      return { path, problem: () => `expected at most ${maxProperties} properties, got ${keys.length}` };
    for (const name of listOf(required))
      if (!Object.hasOwn(value, String(name))) return { path, problem: () => `the property ${shown(name)} is missing` };
    for (const key of keys) {
      const item = value[key] as JsonValue;
      const inner = path + step(key);
      const schemas: JsonValue[] = [];
      if (isObject(properties) && Object.hasOwn(properties, key)) schemas.push(properties[key] as JsonValue);
      let isCertain = true;
      if (isObject(patternProperties))
        for (const [pattern, each] of Object.entries(patternProperties)) {
          const matches = this.#matches(pattern, key);
          if (matches === true) schemas.push(each);
          if (matches === undefined) isCertain = false;
        }
      if (schemas.length === 0 && additionalProperties !== undefined && isCertain) {
        if (additionalProperties === false) return { path: inner, problem: () => "the schema has no such property" };
        schemas.push(additionalProperties);
      }
      for (const each of schemas) {
        const problem = this.#check(asSchema(each, at), item, inner, at, depth);
        if (problem !== undefined) return problem;
      }
      if (schema.propertyNames !== undefined) {
        const problem = this.#check(asSchema(schema.propertyNames, at), key, inner, at, depth);
        if (problem !== undefined) return problem;
      }
    }
    return this.#dependent(schema, value, path, at, depth);
  }

  #dependent(schema: SchemaObject, value: SchemaObject, path: string, at: string, depth: number): Problem | undefined {
    for (const keyword of ["dependentRequired", "dependentSchemas", "dependencies"]) {
      const dependencies = schema[keyword];
      if (!isObject(dependencies)) continue;
      for (const [key, needed] of Object.entries(dependencies)) {
        if (!Object.hasOwn(value, key)) continue;
        if (Array.isArray(needed)) {
          const missing = needed.find((name) => !Object.hasOwn(value, String(name)));
          if (missing !== undefined)
            return { path, problem: () => `${shown(key)} needs the property ${shown(missing)}, which is missing` };
        } else {
          const problem = this.#check(asSchema(needed, at), value as JsonValue, path, at, depth);
          if (problem !== undefined) return problem;
        }
      }
    }
    return undefined;
  }
}

/** The schemas of an array's first items, and that of all others: as draft 2020-12 writes them, and as draft 7 does. */
export function itemSchemas(schema: SchemaObject): { first: readonly JsonValue[]; rest: JsonValue | undefined } {
  const { items, prefixItems, additionalItems } = schema;
  if (Array.isArray(items)) return { first: items, rest: additionalItems };
  return { first: listOf(prefixItems), rest: items };
}

function checkNumber(schema: SchemaObject, value: number, path: string): Problem | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const problem = (what: string): Problem => ({ path, problem: () => `expected a number ${what}, got ${value}` });
  if (typeof minimum === "number" && value < minimum) return problem(`of at least ${minimum}`);
  if (typeof maximum === "number" && value > maximum) return problem(`of at most ${maximum}`);
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum) return problem(`above ${exclusiveMinimum}`);
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum) return problem(`below ${exclusiveMaximum}`);
  if (typeof schema.multipleOf === "number" && !multipleOf(value, schema.multipleOf))
    return problem(`that is a multiple of ${schema.multipleOf}`);
  return undefined;
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function step(key: string): string {
  return /^[A-Za-z_$][\w$]{0,60}$/.test(key) ? `.${key}` : `[${shown(key)}]`;
}

function shown(value: JsonValue): string {
  if (Array.isArray(value) && value.length > 20) return `${shown(value.slice(0, 20)).slice(0, -1)}, …]`;
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
