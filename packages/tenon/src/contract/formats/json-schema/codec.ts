import { schemaValueInvalid } from "../../../errors/factories/schema.js";
import type { JsonValue } from "../../json/index.js";
import { isWellFormed } from "../../json/well-formed.js";
import type { Type } from "../../model/model.js";
import { explain } from "../../validate/index.js";
import { isJson } from "../../validate/json-values.js";
import { ValuePosition } from "../value-json/value-position.js";
import type { Node, SchemaDocument } from "./document.js";
import type { Shape } from "./shape.js";
import { Validator } from "./validate.js";

/** Converts the values of a type to the JSON that a schema describes, and back. */
export interface JsonCodec {
  /** `undefined` for a tool that takes nothing, or returns nothing. */
  readonly type: Type | undefined;
  /**
   * Converts a value to JSON that the schema allows.
   *
   * @throws TENON_VALUE_TYPE with the path of what does not fit the type or the schema, TENON_SCHEMA_TOO_LARGE
   */
  toJson(value: unknown): JsonValue;
  /**
   * Converts JSON that the schema allows to a value.
   *
   * @throws TENON_VALUE_TYPE with the path of what does not fit the schema or the type, TENON_SCHEMA_TOO_LARGE
   */
  fromJson(json: unknown): any;
}

/** More than a value may contain itself, as a list and its items are two levels of JSON. */
const mostLevels = 1_000;

/** @param where what the value is, for messages: `read_file: input` */
export function schemaCodec(document: SchemaDocument, node: Node, shape: Shape, where: string): JsonCodec {
  const validator = new Validator(document);
  const position = new ValuePosition({
    bytesForm: '"Base64"',
    bytes: () => new Uint8Array(),
    reference: () => undefined,
    near: () => "",
    error: (path, problem) => schemaValueInvalid(where, path, problem),
  });
  const expectValid = (json: JsonValue): void => {
    if (!isUnicode(json)) throw schemaValueInvalid(where, "", "a text contains half of a character");
    const found = validator.check(node, json);
    if (found !== undefined) throw schemaValueInvalid(where, found.path.replace(/^\./, ""), found.problem());
  };
  const expectType = (value: unknown): void => {
    const found = explain(shape.type, value);
    if (found === undefined) return;
    throw schemaValueInvalid(where, found.path.replace(/^\./, ""), `expected ${found.expected}, got ${found.got}`);
  };
  return {
    type: shape.type,
    toJson(value) {
      expectType(value);
      const json = shape.write(value, position);
      expectValid(json);
      return json;
    },
    fromJson(json) {
      if (!isJson(json, mostLevels))
        throw schemaValueInvalid(where, "", `expected JSON of at most ${mostLevels} levels`);
      expectValid(json as JsonValue);
      const value = shape.read(json, position);
      expectType(value);
      return value;
    },
  };
}

/** Whether no text has half of a surrogate pair: JSON text cannot hold it, and strict readers refuse its escape. */
function isUnicode(json: JsonValue): boolean {
  if (typeof json === "string") return isWellFormed(json);
  if (typeof json !== "object" || json === null) return true;
  if (Array.isArray(json)) return json.every(isUnicode);
  return Object.entries(json).every(([key, item]) => isUnicode(key) && isUnicode(item));
}

/** What a tool without parameters takes: an object without properties. */
export function emptyCodec(where: string): JsonCodec {
  return {
    type: undefined,
    toJson: () => ({}),
    fromJson(json) {
      if (typeof json !== "object" || json === null || Array.isArray(json) || Object.keys(json).length > 0)
        throw schemaValueInvalid(where, "", "expected an object without properties");
    },
  };
}
