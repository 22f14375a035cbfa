import { basename, extname } from "node:path";
import type { JsonSchemaContract } from "../../contract/index.js";
import { type JsonValue, tryReadJson } from "../../contract/json/index.js";
import { readRegularFile } from "../../runtime/regular-file.js";

const largest = 16 * 1024 * 1024;

export interface SchemaOptions {
  /** The contract's id; by default, the file's name is that of the package. */
  readonly id?: string | undefined;
  /** What tools are called in the contract. */
  readonly names?: Readonly<Record<string, string>> | undefined;
}

/**
 * Makes a contract of a `.json` file that is a JSON Schema or a list of tools. Returns `undefined` for other files, and for
 * text that is not JSON.
 */
export async function contractOfJsonSchema(
  path: string,
  options: SchemaOptions = {},
): Promise<JsonSchemaContract | undefined> {
  if (extname(path) !== ".json") return undefined;
  const text = await readRegularFile(path, largest).then(
    ({ content }) => content.toString("utf8").replace(/^\uFEFF/, ""),
    () => undefined,
  );
  if (text === undefined) return undefined;
  const read = tryReadJson(text, { levels: 200, bytes: largest });
  if (!("value" in read)) return undefined;
  const { value } = read;
  if (!isSchema(value)) return undefined;
  const { contractFromJsonSchema, schemaName } = await import("../../contract/formats/json-schema/index.js");
  const name = schemaName(basename(path).replace(/\..*$/, "")) ?? "tools";
  return contractFromJsonSchema(value, { id: options.id ?? `schema:${name}`, names: options.names });
}

const keywords = [
  "$defs",
  "$ref",
  "$schema",
  "allOf",
  "anyOf",
  "const",
  "definitions",
  "enum",
  "items",
  "oneOf",
  "properties",
];

/** A list of tools, or a schema: something with a keyword that a contract of Tenon's own form does not have. */
function isSchema(value: JsonValue): boolean {
  if (Array.isArray(value)) return true;
  if (typeof value !== "object" || value === null || Object.hasOwn(value, "tenon")) return false;
  return [...keywords, "tools", "result", "type"].some((key) => Object.hasOwn(value, key));
}
