import { schemaInvalid, schemaTooLarge } from "../../../errors/factories/schema.js";
import type { JsonValue } from "../../json/index.js";
import {
  asSchema,
  escaped,
  isObject,
  type Node,
  type Schema,
  type SchemaDocument,
  type SchemaObject,
} from "./document.js";
import { jsonKey, typeMatches } from "./json-rules.js";
import { itemSchemas, listOf } from "./validate.js";

export const kinds = ["null", "boolean", "number", "string", "array", "object"] as const;
export type Kind = (typeof kinds)[number];

/** What one schema says of objects. */
export interface ObjectFacet {
  readonly properties: ReadonlyMap<string, Node>;
  readonly additional: Node | undefined;
  readonly hasPatterns: boolean;
}

/** Schemas that all must hold. @member without unions that are left out, as each of their cases is looked at alone */
export interface Conjunction {
  readonly nodes: readonly Node[];
  readonly without: ReadonlySet<JsonValue>;
}

/** What schemas that all must hold say together. */
export interface Facets {
  readonly path: string;
  readonly kinds: Set<Kind>;
  /** Whether a number must be whole. */
  isInteger: boolean;
  low: number;
  high: number;
  /** What `enum` and `const` leave. */
  values: readonly JsonValue[] | undefined;
  isBase64: boolean;
  readonly objects: ObjectFacet[];
  readonly required: Set<string>;
  readonly arrays: { readonly first: readonly Node[]; readonly rest: Node | undefined }[];
  least: number;
  most: number;
  readonly unions: { readonly list: JsonValue; readonly cases: readonly Node[] }[];
  title: string | undefined;
  docs: string | undefined;
  fallback: JsonValue | undefined;
  /** Keywords that types do not say and a validator checks. */
  readonly checked: Set<string>;
}

const checkedKeywords = [
  ...["contains", "dependencies", "dependentRequired", "dependentSchemas", "if", "maxLength", "maxProperties"],
  ...[
    "minLength",
    "minProperties",
    "multipleOf",
    "not",
    "pattern",
    "patternProperties",
    "propertyNames",
    "uniqueItems",
  ],
];

/** How much work is left, in parts of schemas that are looked at. */
export interface Budget {
  left: number;
}

/** Puts together what schemas say, through `$ref` and `allOf`. The work of one document is limited, as these multiply. */
export class Merger {
  readonly #document: SchemaDocument;
  readonly #budget: Budget;

  constructor(document: SchemaDocument, budget: Budget) {
    this.#document = document;
    this.#budget = budget;
  }

  merge({ nodes, without }: Conjunction): Facets {
    const facets: Facets = {
      path: nodes[0]?.path ?? this.#document.root.path,
      kinds: new Set(kinds),
      isInteger: false,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      values: undefined,
      isBase64: false,
      objects: [],
      required: new Set(),
      arrays: [],
      least: 0,
      most: Number.POSITIVE_INFINITY,
      unions: [],
      title: undefined,
      docs: undefined,
      fallback: undefined,
      checked: new Set(),
    };
    const seen = new Set<SchemaObject>();
    for (const node of nodes) this.#visit(node, facets, without, seen, new Set());
    if (facets.values !== undefined) {
      const { isInteger } = facets;
      facets.values = facets.values.filter(
        (value) =>
          facets.kinds.has(kindOf(value)) &&
          !(isInteger && typeof value === "number" && !typeMatches("integer", value)),
      );
      const found = new Set(facets.values.map(kindOf));
      for (const kind of facets.kinds) if (!found.has(kind)) facets.kinds.delete(kind);
    }
    if (facets.low > facets.high) facets.kinds.delete("number");
    if (facets.least > facets.most) facets.kinds.delete("array");
    return facets;
  }

  /** The schema that a schema means which has nothing but a reference, and notes. Follows such references to the last. */
  target(node: Node): Node {
    const visited = new Set<SchemaObject>();
    let at = node;
    for (;;) {
      const { schema, path } = at;
      if (typeof schema === "boolean" || typeof schema.$ref !== "string") return at;
      if (Object.keys(schema).some((key) => key !== "$ref" && !notes.has(key))) return at;
      if (visited.has(schema)) throw schemaInvalid(path, "the reference leads back to itself");
      visited.add(schema);
      at = this.#document.resolve(schema.$ref, path);
    }
  }

  #visit(
    node: Node,
    facets: Facets,
    without: ReadonlySet<JsonValue>,
    seen: Set<SchemaObject>,
    within: Set<SchemaObject>,
  ): void {
    const { schema, path } = node;
    this.#budget.left -= 1 + sizeOf(schema, without);
    if (this.#budget.left < 0)
      throw schemaTooLarge(path, "the schemas multiply: references, allOf and anyOf have too many parts in all");
    if (schema === true) return;
    if (schema === false) {
      facets.kinds.clear();
      return;
    }
    if (within.has(schema)) throw schemaInvalid(path, "the reference leads back to itself");
    if (seen.has(schema)) return;
    seen.add(schema);
    within.add(schema);
    readKeywords(schema, path, facets, without);
    if (schema.$ref !== undefined) {
      if (typeof schema.$ref !== "string") throw schemaInvalid(`${path}/$ref`, "expected a string");
      this.#visit(this.#document.resolve(schema.$ref, path), facets, without, seen, within);
    }
    for (const inner of nodesOf(schema.allOf, `${path}/allOf`)) this.#visit(inner, facets, without, seen, within);
    within.delete(schema);
  }
}

/** Keywords beside a reference that change nothing. */
const notes = new Set([
  ...["$anchor", "$comment", "$defs", "$schema", "default", "definitions", "deprecated", "description", "examples"],
  ...["readOnly", "title", "writeOnly"],
]);

/** Choices that are left out cost nothing. */
function sizeOf(schema: Schema, without: ReadonlySet<JsonValue>): number {
  if (typeof schema === "boolean") return 0;
  const { enum: choices, properties, required } = schema;
  const count =
    listOf(choices).length + listOf(required).length + (isObject(properties) ? Object.keys(properties).length : 0);
  return ["anyOf", "oneOf", "allOf", "items", "prefixItems"].reduce(
    (sum, key) => sum + (without.has(schema[key] as JsonValue) ? 0 : listOf(schema[key]).length),
    count,
  );
}

function readKeywords(schema: SchemaObject, path: string, facets: Facets, without: ReadonlySet<JsonValue>): void {
  const { type, enum: choices, required } = schema;
  if (type !== undefined) readType(schema, type, path, facets);
  if (choices !== undefined) {
    if (!Array.isArray(choices)) throw schemaInvalid(`${path}/enum`, "expected a list");
    restrict(facets, choices);
  }
  if (schema.const !== undefined) restrict(facets, [schema.const]);
  const low = number(schema, "minimum", path);
  const above = number(schema, "exclusiveMinimum", path);
  const high = number(schema, "maximum", path);
  const below = number(schema, "exclusiveMaximum", path);
  if (low !== undefined) facets.low = Math.max(facets.low, low);
  if (high !== undefined) facets.high = Math.min(facets.high, high);
  // For a whole number that is exact; for others the validator checks the bound itself.
  if (above !== undefined) facets.low = Math.max(facets.low, above);
  if (below !== undefined) facets.high = Math.min(facets.high, below);
  if (above !== undefined || below !== undefined) facets.checked.add("exclusiveMinimum, exclusiveMaximum");
  if (schema.contentEncoding === "base64" || schema.format === "byte" || schema.format === "base64")
    facets.isBase64 = true;
  const { properties, patternProperties, additionalProperties } = schema;
  if (properties !== undefined || patternProperties !== undefined || additionalProperties !== undefined) {
    if (properties !== undefined && !isObject(properties))
      throw schemaInvalid(`${path}/properties`, "expected an object");
    const named = Object.entries(properties ?? {}).map(([name, each]): [string, Node] => {
      const at = `${path}/properties/${escaped(name)}`;
      return [name, { schema: asSchema(each, at), path: at }];
    });
    const at = `${path}/additionalProperties`;
    facets.objects.push({
      properties: new Map(named),
      additional:
        additionalProperties === undefined ? undefined : { schema: asSchema(additionalProperties, at), path: at },
      hasPatterns: isObject(patternProperties) && Object.keys(patternProperties).length > 0,
    });
  }
  if (required !== undefined) {
    if (!Array.isArray(required) || !required.every((name) => typeof name === "string"))
      throw schemaInvalid(`${path}/required`, "expected a list of names");
    for (const name of required) facets.required.add(name);
  }
  const { first, rest } = itemSchemas(schema);
  if (first.length > 0 || rest !== undefined)
    facets.arrays.push({
      first: nodesOf([...first], `${path}/${Array.isArray(schema.items) ? "items" : "prefixItems"}`),
      rest: rest === undefined ? undefined : { schema: asSchema(rest, `${path}/items`), path: `${path}/items` },
    });
  const least = number(schema, "minItems", path);
  const most = number(schema, "maxItems", path);
  if (least !== undefined) facets.least = Math.max(facets.least, least);
  if (most !== undefined) facets.most = Math.min(facets.most, most);
  for (const keyword of ["anyOf", "oneOf"]) {
    const list = schema[keyword];
    if (list === undefined || without.has(list)) continue;
    const cases = nodesOf(list, `${path}/${keyword}`);
    if (cases.length === 0) throw schemaInvalid(`${path}/${keyword}`, "expected at least one schema");
    facets.unions.push({ list, cases });
  }
  facets.title ??= text(schema.title);
  facets.docs ??= text(schema.description);
  if (schema.default !== undefined) facets.fallback ??= schema.default;
  for (const keyword of checkedKeywords)
    if (schema[keyword] !== undefined && schema[keyword] !== false) facets.checked.add(keyword);
}

function readType(schema: SchemaObject, type: JsonValue, path: string, facets: Facets): void {
  const types = Array.isArray(type) ? type : [type];
  for (const each of types)
    if (each !== "integer" && !(kinds as readonly JsonValue[]).includes(each))
      throw schemaInvalid(`${path}/type`, `unknown type ${JSON.stringify(each)?.slice(0, 60)}`);
  const allowed = new Set(types.map((each) => (each === "integer" ? "number" : each)));
  if (schema.nullable === true) allowed.add("null");
  for (const kind of facets.kinds) if (!allowed.has(kind)) facets.kinds.delete(kind);
  if (types.includes("integer") && !types.includes("number")) facets.isInteger = true;
}

function restrict(facets: Facets, choices: readonly JsonValue[]): void {
  const allowed = new Set(choices.map(jsonKey));
  facets.values = (facets.values ?? choices).filter((value) => allowed.has(jsonKey(value)));
}

function number(schema: SchemaObject, keyword: string, path: string): number | undefined {
  const value = schema[keyword];
  // Draft 4 has true and false for the exclusive ones.
  if (value === undefined || typeof value === "number") return value;
  throw schemaInvalid(`${path}/${keyword}`, "expected a number");
}

function nodesOf(value: JsonValue | undefined, path: string): Node[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw schemaInvalid(path, "expected a list of schemas");
  return listOf(value).map((item, index) => ({ schema: asSchema(item, `${path}/${index}`), path: `${path}/${index}` }));
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

export function kindOf(value: JsonValue): Kind {
  return kinds.find((kind) => typeMatches(kind, value)) as Kind;
}
