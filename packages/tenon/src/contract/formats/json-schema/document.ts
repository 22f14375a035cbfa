import { schemaInvalid, schemaReference, schemaTooLarge } from "../../../errors/factories/schema.js";
import { type JsonValue, tryReadJson } from "../../json/index.js";
import { compilePattern } from "./pattern.js";

/** An object of keywords, `true` or `false`. */
export type Schema = boolean | SchemaObject;
export interface SchemaObject {
  readonly [keyword: string]: JsonValue;
}

/** A schema, and where it is in its document: a JSON pointer such as `#/$defs/tree`. */
export interface Node {
  readonly schema: Schema;
  readonly path: string;
}

const limits = { levels: 200, bytes: 16 * 1024 * 1024 };
const mostParts = 500_000;
/** Each takes up to 4,000 steps to compile. */
const mostPatterns = 2_000;

/** Keywords whose value is one schema, a list of schemas, or schemas by name. */
const single = [
  "additionalProperties",
  "additionalItems",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
];
const lists = ["allOf", "anyOf", "items", "oneOf", "prefixItems"];
const named = ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];

/** One document of JSON Schema. References stay inside of it: nothing is fetched. */
export class SchemaDocument {
  readonly root: Node;
  readonly label: string;
  /** What is in the document, and nothing checks: by the path of the schema. */
  readonly unchecked = new Map<string, string>();
  readonly #anchors = new Map<string, Node>();
  readonly #id: string | undefined;

  /** @param label what messages call the document: a tool, or nothing */
  constructor(root: JsonValue, label = "") {
    this.label = label;
    const path = `${label}#`;
    this.root = { schema: asSchema(root, path), path };
    this.#id = isObject(root) && typeof root.$id === "string" ? root.$id.replace(/#$/, "") : undefined;
    this.#scan();
  }

  /** Returns the schema that a reference means. @param path where the reference is, for messages */
  resolve(reference: string, path: string): Node {
    let fragment = reference;
    if (this.#id !== undefined && reference.replace(/#.*$/s, "") === this.#id)
      fragment = reference.slice(this.#id.length) || "#";
    if (!fragment.startsWith("#")) throw schemaReference(path, reference);
    if (fragment !== "#" && !fragment.startsWith("#/")) {
      const found = this.#anchors.get(fragment.slice(1));
      if (found === undefined) throw schemaInvalid(path, `there is no $anchor "${shown(fragment.slice(1))}"`);
      return found;
    }
    let value = this.root.schema as JsonValue;
    for (const step of fragment.split("/").slice(1)) {
      const key = nameOf(step);
      if (key === undefined || typeof value !== "object" || value === null || !Object.hasOwn(value, key))
        throw schemaInvalid(path, `the reference "${shown(reference)}" leads nowhere`);
      value = (value as Record<string, JsonValue>)[key] as JsonValue;
    }
    const target = this.root.path + fragment.slice(1);
    return { schema: asSchema(value, target), path: target };
  }

  definition(keyword: string, name: string): Node {
    const path = `${this.root.path}/${keyword}/${escaped(name)}`;
    return { schema: (this.root.schema as any)[keyword][name], path };
  }

  #scan(): void {
    const rest = [this.root];
    const known = new Map<string, boolean>();
    let parts = 0;
    for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
      if (++parts > mostParts) throw schemaTooLarge(this.root.path, `there are more than ${mostParts} schemas`);
      const { schema, path } = node;
      if (typeof schema === "boolean") continue;
      for (const keyword of ["$dynamicRef", "$recursiveRef"])
        if (schema[keyword] !== undefined) throw schemaInvalid(path, `${keyword} is not supported; use $ref`);
      const { $id: id, $anchor } = schema;
      const isRoot = node === this.root;
      if (!isRoot && typeof id === "string" && !id.startsWith("#")) throw schemaReference(path, id);
      // Draft 7 writes an anchor as an $id.
      const anchor = $anchor ?? (!isRoot && typeof id === "string" ? id.slice(1) : undefined);
      if (typeof anchor === "string") this.#anchors.set(anchor, node);
      for (const keyword of ["unevaluatedProperties", "unevaluatedItems"])
        if (schema[keyword] !== undefined) this.unchecked.set(path, `${keyword} is not checked`);
      for (const pattern of patternsOf(schema)) {
        if (!known.has(pattern) && known.size >= mostPatterns)
          throw schemaTooLarge(path, `there are more than ${mostPatterns} patterns`);
        if (!known.has(pattern)) known.set(pattern, compilePattern(pattern) !== undefined);
        if (!known.get(pattern))
          this.unchecked.set(path, `the pattern ${JSON.stringify(pattern.slice(0, 60))} is not checked`);
      }
      rest.push(...innerSchemas(node));
    }
  }
}

/** The name that a step of a JSON pointer means. */
export function nameOf(step: string): string | undefined {
  try {
    return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return undefined;
  }
}

/** What is compiled here is not executed, and its size is limited. */
function patternsOf({ pattern, patternProperties }: SchemaObject): string[] {
  const keys = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  return typeof pattern === "string" ? [pattern, ...keys] : keys;
}

function* innerSchemas({ schema, path }: Node): Generator<Node> {
  if (typeof schema === "boolean") return;
  const asNode = (value: JsonValue | undefined, at: string): Node => ({ schema: asSchema(value, at), path: at });
  for (const keyword of single) {
    const value = schema[keyword];
    if (value !== undefined && !Array.isArray(value)) yield asNode(value, `${path}/${keyword}`);
  }
  for (const keyword of lists) {
    const value = schema[keyword];
    if (value === undefined || (keyword === "items" && !Array.isArray(value))) continue;
    if (!Array.isArray(value)) throw schemaInvalid(`${path}/${keyword}`, "expected a list of schemas");
    for (const [index, item] of value.entries()) yield asNode(item, `${path}/${keyword}/${index}`);
  }
  for (const keyword of named) {
    const value = schema[keyword];
    if (value === undefined) continue;
    if (!isObject(value)) throw schemaInvalid(`${path}/${keyword}`, "expected an object of schemas");
    for (const [name, item] of Object.entries(value))
      if (keyword !== "dependencies" || !Array.isArray(item)) yield asNode(item, `${path}/${keyword}/${escaped(name)}`);
  }
}

/** A name as a step of a JSON pointer. */
export function escaped(name: string): string {
  return encodeURIComponent(
    name
      .replace(/[\uD800-\uDFFF]/gu, "\uFFFD")
      .replaceAll("~", "~0")
      .replaceAll("/", "~1"),
  );
}

export function asSchema(value: JsonValue | undefined, path: string): Schema {
  if (isSchema(value)) return value;
  throw schemaInvalid(path, "expected a schema: an object, true or false");
}

export function isObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSchema(value: JsonValue | undefined): value is Schema {
  return typeof value === "boolean" || isObject(value);
}

/** Reads the text of a document, or copies what `JSON.parse` made of it. @throws TENON_SCHEMA_INVALID, TENON_SCHEMA_TOO_LARGE */
export function readDocument(given: unknown): JsonValue {
  let text: string | undefined;
  try {
    text = typeof given === "string" ? given.replace(/^\uFEFF/, "") : JSON.stringify(given);
  } catch (cause) {
    // Too many levels for the stack, or an object that contains itself.
    throw schemaTooLarge("", `cannot be written as JSON: ${String((cause as Error)?.message).split("\n")[0]}`);
  }
  if (text === undefined) throw schemaInvalid("", `expected an object, got ${typeof given}`);
  const read = tryReadJson(text, limits);
  if ("value" in read) return read.value;
  const problem = `line ${read.line}, column ${read.column}: ${read.problem}`;
  throw read.kind === "limit" ? schemaTooLarge("", problem) : schemaInvalid("", problem);
}

const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
