import { schemaInvalid, schemaTooLarge, toolNamesCollide, toolNameUnusable } from "../../../errors/factories/schema.js";
import type { Finding } from "../../../errors/index.js";
import type { JsonValue } from "../../json/index.js";
import { makeContract } from "../../model/make.js";
import type { Contract, FunctionType } from "../../model/model.js";
import { camel, isWitName, kebab } from "../../model/names.js";
import { NamePool } from "../name-pool.js";
import { emptyCodec, type JsonCodec, schemaCodec } from "./codec.js";
import { Converter } from "./convert.js";
import { isObject, type Node, readDocument, SchemaDocument, type SchemaObject } from "./document.js";
import type { Budget } from "./facets.js";
import { nameFrom } from "./names.js";
import { jsonShape, NoValue, type Shape } from "./shape.js";

export interface JsonSchemaOptions {
  /** The contract's id: `demo:tools@1.0.0`. */
  readonly id: string;
  /** What tools are called in the contract, where their own name does not do: `{ read_file: "read" }`. */
  readonly names?: Readonly<Record<string, string>> | undefined;
  /**
   * What becomes of properties that a schema does not name, but allows since it says nothing of `additionalProperties`:
   * refused, which is the default, or dropped.
   */
  readonly unknownProperties?: "refuse" | "drop" | undefined;
}

/** A tool, or a schema, and its function in the contract. */
export interface SchemaFunction {
  /** The name of the tool, or that of the schema in `$defs`. */
  readonly name: string;
  /** The key of its function in `contract.exports`. */
  readonly key: string;
  /** Of the function's parameter. */
  readonly input: JsonCodec;
  /** Of what the function returns. */
  readonly output: JsonCodec;
}

export interface JsonSchemaContract {
  readonly contract: Contract;
  /** By the name of the tool, or of the schema. */
  readonly functions: ReadonlyMap<string, SchemaFunction>;
  /** What the types cannot say: TENON_SCHEMA_LOSSY. */
  readonly findings: readonly Finding[];
}

const mostTools = 5_000;
const mostWork = 1_000_000;

/** One function of the contract to be made. */
interface Source {
  readonly name: string;
  readonly docs: string | undefined;
  readonly parameter: "input" | "value";
  readonly input: { readonly document: SchemaDocument; readonly node: Node };
  readonly output: { readonly document: SchemaDocument; readonly node: Node } | undefined | "nothing";
}

/**
 * Makes a contract of JSON Schemas (draft 2020-12 or 7). From a list of tools, as `tools/list` of MCP returns it, each tool
 * becomes an exported function that takes its input as a record. From a document with `$defs`, each schema becomes a
 * function that takes a value of it. What no type can say is a `t.json`, with a finding; the codecs validate every value
 * against the whole schema in both directions. References out of the document are refused, patterns run in linear time.
 *
 * @param given the text, or what `JSON.parse` made of it
 * @throws TENON_SCHEMA_INVALID, TENON_SCHEMA_REFERENCE, TENON_SCHEMA_TOO_LARGE, TENON_SCHEMA_NAMES if two tools have the
 * same name in the contract, TENON_CONTRACT_INVALID if the id is not valid, TENON_CONTRACT_TOO_LARGE
 */
export function contractFromJsonSchema(given: unknown, options: JsonSchemaOptions): JsonSchemaContract {
  const root = readDocument(given);
  const sources = toolsOf(root)?.map(toolSource) ?? schemaSources(root);
  if (sources.length > mostTools) throw schemaTooLarge("", `there are more than ${mostTools} tools or schemas`);
  const names = functionNames(sources, options.names ?? {});
  const pool = new NamePool([...names.values(), "types", "shared-types", "types-of-world"]);
  const budget: Budget = { left: mostWork };
  const converters = new Map<SchemaDocument, Converter>();
  const findings: Finding[] = [];
  const functions = new Map<string, SchemaFunction>();
  const items: Record<string, FunctionType> = {};

  const converterOf = (document: SchemaDocument): Converter => {
    let converter = converters.get(document);
    if (converter === undefined) {
      converter = new Converter(document, pool, budget, options.unknownProperties === "drop");
      converters.set(document, converter);
    }
    return converter;
  };
  const convert = ({ document, node }: { document: SchemaDocument; node: Node }, hint: string, where: string) => {
    const converter = converterOf(document);
    const shape = shapeOf(converter, node, hint);
    return { shape, codec: schemaCodec(document, node, shape, where) };
  };

  for (const { name, docs, parameter, input, output } of sources) {
    const own = names.get(name) as string;
    const where = `${name}: ${parameter}`;
    const takesNothing = parameter === "input" && converterOf(input.document).takesNothing(input.node);
    const taken = takesNothing ? undefined : convert(input, parameter === "input" ? `${own}-input` : own, where);
    const returned =
      output === "nothing"
        ? undefined
        : output === undefined
          ? { shape: jsonShape, codec: anyCodec(name) }
          : convert(output, `${own}-output`, `${name}: output`);
    const key = camel(own);
    functions.set(name, {
      name,
      key,
      input: taken?.codec ?? emptyCodec(where),
      output: returned?.codec ?? emptyCodec(`${name}: output`),
    });
    items[key] = Object.freeze({
      kind: "function",
      parameters: taken === undefined ? [] : [{ name: parameter, type: taken.shape.type }],
      result: returned?.shape.type,
      async: false,
      optional: false,
      docs,
    });
  }
  for (const [document, converter] of converters) findings.push(...converter.findings(document.label));
  return { contract: makeContract(options.id, {}, items), functions, findings: Object.freeze(findings) };
}

function shapeOf(converter: Converter, node: Node, hint: string): Shape {
  try {
    return converter.node(node, { name: hint });
  } catch (error) {
    if (error instanceof NoValue) throw schemaInvalid(error.path, "no value fits the schema");
    throw error;
  }
}

function anyCodec(name: string): JsonCodec {
  const document = new SchemaDocument(true, name);
  return schemaCodec(document, document.root, jsonShape, `${name}: output`);
}

/** The tools of `[…]`, `{ "tools": […] }` and the answer that contains it; `undefined` if it is a schema. */
function toolsOf(root: JsonValue): readonly JsonValue[] | undefined {
  if (Array.isArray(root)) return root;
  if (!isObject(root)) return undefined;
  if (Array.isArray(root.tools)) return root.tools;
  return isObject(root.result) && Array.isArray(root.result.tools) ? root.result.tools : undefined;
}

function toolSource(tool: JsonValue, index: number): Source {
  const path = `/tools/${index}`;
  if (!isObject(tool)) throw schemaInvalid(path, "expected a tool: an object with a name and an inputSchema");
  const { name, inputSchema, outputSchema } = tool;
  if (typeof name !== "string" || name === "") throw schemaInvalid(path, "the tool has no name");
  if (inputSchema === undefined) throw schemaInvalid(path, `the tool ${name.slice(0, 100)} has no inputSchema`);
  const label = name.slice(0, 200);
  return {
    name,
    docs: text(tool.description) ?? text(tool.title),
    parameter: "input",
    input: rootOf(inputSchema, `${label} input`),
    output: outputSchema === undefined ? undefined : rootOf(outputSchema, `${label} output`),
  };
}

function rootOf(schema: JsonValue, label: string) {
  const document = new SchemaDocument(schema, label);
  return { document, node: document.root };
}

/** What may be beside `$defs` in a document that has no schema of its own. */
const beside = new Set(["$schema", "$id", "$comment", "$defs", "definitions", "description", "title"]);

function schemaSources(root: JsonValue): Source[] {
  const document = new SchemaDocument(root);
  const { schema } = document.root;
  const sources: Source[] = [];
  const add = (name: string, node: Node): void => {
    if (sources.some((other) => other.name === name)) return;
    const docs = typeof node.schema === "boolean" ? undefined : text(node.schema.description);
    sources.push({ name, docs, parameter: "value", input: { document, node }, output: "nothing" });
  };
  const keys = typeof schema === "boolean" ? [] : Object.keys(schema);
  const definitions = typeof schema === "boolean" ? [] : definitionsOf(schema);
  if (definitions.length === 0 || keys.some((key) => !beside.has(key))) {
    const title = typeof schema === "boolean" ? undefined : text(schema.title);
    add(title !== undefined && nameFrom(title) !== undefined ? title : "schema", document.root);
  }
  for (const [keyword, name] of definitions) add(name, document.definition(keyword, name));
  return sources;
}

function definitionsOf(schema: SchemaObject): (readonly [string, string])[] {
  return ["$defs", "definitions"].flatMap((keyword) => {
    const named = schema[keyword];
    return isObject(named) ? Object.keys(named).map((name) => [keyword, name] as const) : [];
  });
}

function functionNames(
  sources: readonly Source[],
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const tools = new Map<string, string>();
  for (const { name: tool } of sources) {
    const wanted = Object.hasOwn(given, tool) ? kebab(given[tool] as string) : nameFrom(tool);
    if (wanted === undefined || !isWitName(wanted)) throw toolNameUnusable(tool);
    const other = tools.get(wanted);
    if (other !== undefined) throw toolNamesCollide(wanted, [other, tool]);
    tools.set(wanted, tool);
    names.set(tool, wanted);
  }
  return names;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
