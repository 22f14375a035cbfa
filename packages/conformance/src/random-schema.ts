import type { JsonValue } from "../../tenon/src/contract/json/index.js";

/** A random number from 0 up to, but not including, a limit. */
export type Random = (below: number) => number;
type Json = JsonValue;
type Keywords = { [keyword: string]: Json };

/** Random numbers that are the same for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const names = ["name", "old_text", "fileSize", "a", "b", "kind", "Über", "x-y", "$ref2"];
/** Of properties that no schema has: ajv knows no property of this name. */
const otherNames = [...names, "__proto__", "constructor", "more", "x1"];
const texts = ["", "a", "abc", "fast", "very slow", "2fa", "é", "🎉", "AQI=", "a1"];
const patterns = ["^[a-z]+$", "\\d", "^(a|b)*$", "^.{2,4}$", "[^a]", "(?=a)a", "^\\p{L}"];
const definitions = ["tree", "Node", "Value"];

const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T;
const chance = (random: Random, percent: number): boolean => random(100) < percent;

/** A JSON Schema with references among its own definitions: right, but often strange. */
export function randomSchema(random: Random): Keywords {
  const schema = schemaOf(random, 3);
  const $defs = Object.fromEntries(definitions.map((name) => [name, schemaOf(random, 2)]));
  return typeof schema === "object" ? { ...schema, $defs } : { type: "object", properties: { schema }, $defs };
}

function schemaOf(random: Random, depth: number): Keywords {
  const shape = random(depth > 0 ? 13 : 6);
  const own = ((): Keywords => {
    switch (shape) {
      case 0:
        return textSchema(random);
      case 1:
        return numberSchema(random);
      case 2:
        return { type: "boolean" };
      case 3:
        return { enum: Array.from({ length: 1 + random(4) }, () => scalar(random)) };
      case 4:
        return { const: scalar(random) };
      case 5:
        return chance(random, 70) ? { $ref: `#/$defs/${pick(random, definitions)}` } : {};
      case 6:
        return { type: [pick(random, ["string", "integer"]), pick(random, ["null", "boolean", "number", "array"])] };
      case 7:
        return arraySchema(random, depth);
      case 8:
        return choice(random, depth);
      case 9:
        return { allOf: [objectSchema(random, depth - 1), schemaOf(random, depth - 1)] };
      default:
        return objectSchema(random, depth);
    }
  })();
  if (chance(random, 4)) own.not = schemaOf(random, 0);
  if (chance(random, 3)) own.title = "A title";
  if (chance(random, 3)) own.default = null;
  if (chance(random, 3)) Object.assign(own, { if: schemaOf(random, 0), else: schemaOf(random, 0) });
  return own;
}

function textSchema(random: Random): Keywords {
  const schema: Keywords = { type: "string" };
  if (chance(random, 15)) schema.minLength = random(3);
  if (chance(random, 15)) schema.maxLength = 2 + random(4);
  if (chance(random, 15)) schema.pattern = pick(random, patterns);
  if (chance(random, 10)) schema.contentEncoding = "base64";
  return schema;
}

function numberSchema(random: Random): Keywords {
  const schema: Keywords = { type: chance(random, 70) ? "integer" : "number" };
  if (chance(random, 40)) schema.minimum = pick(random, [0, 1, -5, -128, -40_000, 0.5]);
  if (chance(random, 40)) schema.maximum = pick(random, [10, 255, 127, 65_535, 3e9, 1e15]);
  if (chance(random, 5)) schema.exclusiveMinimum = 0;
  if (chance(random, 5)) schema.multipleOf = pick(random, [1, 5, 0.5]);
  return schema;
}

function arraySchema(random: Random, depth: number): Keywords {
  const schema: Keywords = { type: "array" };
  if (chance(random, 25)) {
    const count = 1 + random(3);
    schema.prefixItems = Array.from({ length: count }, () => schemaOf(random, depth - 1));
    if (chance(random, 80)) Object.assign(schema, { items: false, minItems: count });
  } else if (chance(random, 90)) schema.items = schemaOf(random, depth - 1);
  if (chance(random, 10)) schema.minItems = random(3);
  if (chance(random, 10)) schema.maxItems = random(5);
  if (chance(random, 10)) schema.uniqueItems = true;
  if (chance(random, 5)) schema.contains = schemaOf(random, 0);
  return schema;
}

function objectSchema(random: Random, depth: number): Keywords {
  const schema: Keywords = chance(random, 95) ? { type: "object" } : {};
  const properties: [string, Json][] = [];
  for (let count = random(4); count > 0; count--)
    properties.push([pick(random, names), depth > 0 ? schemaOf(random, depth - 1) : textSchema(random)]);
  if (properties.length > 0 || chance(random, 50)) schema.properties = Object.fromEntries(properties);
  const required = properties.map(([name]) => name).filter(() => chance(random, 50));
  if (chance(random, 5)) required.push("other");
  if (required.length > 0) schema.required = [...new Set(required)];
  const rest = random(10);
  if (rest < 2) schema.additionalProperties = false;
  else if (rest === 2) schema.additionalProperties = true;
  else if (rest === 3) schema.additionalProperties = depth > 0 ? schemaOf(random, depth - 1) : textSchema(random);
  if (chance(random, 4)) schema.patternProperties = { "^x": textSchema(random) };
  if (chance(random, 4)) schema.minProperties = random(3);
  if (chance(random, 3)) schema.dependentRequired = { a: ["b"] };
  if (chance(random, 3)) schema.propertyNames = { maxLength: 8 };
  return schema;
}

function choice(random: Random, depth: number): Keywords {
  const keyword = pick(random, ["anyOf", "oneOf"]);
  if (chance(random, 40)) {
    const cases = pick(random, [
      ["circle", "square"],
      ["a", "b", "c"],
      ["same", "same"],
    ]);
    const schemas = cases.map((kind): Keywords => {
      const schema = objectSchema(random, depth - 1);
      const properties = { ...(schema.properties as Keywords | undefined), kind: { const: kind } };
      return {
        ...schema,
        type: "object",
        properties,
        required: [...((schema.required ?? []) as Json[]).filter((name) => name !== "kind"), "kind"],
      };
    });
    return { [keyword]: schemas };
  }
  const schemas = Array.from({ length: 1 + random(3) }, () => schemaOf(random, depth - 1));
  if (chance(random, 30)) schemas.push({ type: "null" });
  return { [keyword]: schemas };
}

function scalar(random: Random): Json {
  return pick<Json>(random, [null, true, false, 0, 1, 7, -3, 0.5, ...texts]);
}

/** JSON that a schema of a document often allows. */
export function randomInstance(random: Random, schema: Json | undefined, root: Keywords, depth = 6): Json {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema) || depth < 0 || chance(random, 3))
    return anyJson(random, Math.min(2, Math.max(0, depth)));
  if (typeof schema.$ref === "string") {
    const target = schema.$ref
      .split("/")
      .slice(1)
      .reduce<any>((value, step) => value?.[step], root);
    return randomInstance(random, target ?? root, root, depth - 1);
  }
  if (Array.isArray(schema.enum)) return pick(random, schema.enum);
  if (schema.const !== undefined) return schema.const;
  for (const keyword of ["anyOf", "oneOf"]) {
    const cases = schema[keyword];
    if (!Array.isArray(cases)) continue;
    const found = randomInstance(random, pick(random, cases), root, depth - 1);
    return isObject(found) && schema.properties !== undefined
      ? { ...(instanceOf(random, "object", schema, root, depth) as Keywords), ...found }
      : found;
  }
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((each) => randomInstance(random, each, root, depth - 1));
    return parts.every(isObject) ? Object.assign({}, ...parts) : pick(random, parts);
  }
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "object"];
  return instanceOf(random, pick(random, types), schema, root, depth);
}

function instanceOf(random: Random, type: Json, schema: Keywords, root: Keywords, depth: number): Json {
  switch (type) {
    case "null":
      return null;
    case "boolean":
      return chance(random, 50);
    case "string":
      return pick(random, texts);
    case "integer":
    case "number": {
      const low = typeof schema.minimum === "number" ? schema.minimum : -5;
      const number = low + random(pick(random, [3, 300, 70_000]));
      return type === "number" && chance(random, 50) ? number + 0.25 : number;
    }
    case "array": {
      const first = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
      const count = first.length > 0 ? first.length + (chance(random, 10) ? 1 : 0) : random(4);
      return Array.from({ length: count }, (_, index) =>
        randomInstance(random, first[index] ?? schema.items, root, depth - 1),
      );
    }
    default: {
      const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
      const required = new Set(Array.isArray(schema.required) ? schema.required : []);
      const entries = properties
        .filter(([name]) => chance(random, required.has(name) ? 98 : 50))
        .map(([name, each]): [string, Json] => [name, randomInstance(random, each, root, depth - 1)]);
      if (required.has("other")) entries.push(["other", scalar(random)]);
      if (chance(random, schema.additionalProperties === false ? 3 : 15))
        entries.push([pick(random, otherNames), randomInstance(random, schema.additionalProperties, root, depth - 1)]);
      return Object.fromEntries(entries);
    }
  }
}

function anyJson(random: Random, depth: number): Json {
  if (depth === 0 || chance(random, 60)) return scalar(random);
  if (chance(random, 50)) return Array.from({ length: random(3) }, () => anyJson(random, depth - 1));
  return Object.fromEntries(Array.from({ length: random(3) }, () => [pick(random, names), anyJson(random, depth - 1)]));
}

function isObject(value: Json | undefined): value is Keywords {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
