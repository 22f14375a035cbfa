import { valueReferenceInJson, valueType, valueUnreadable } from "../../../errors/factories/contract.js";
import type { JsonValue } from "../../json/index.js";
import type { Type } from "../../model/model.js";
import { explain } from "../../validate/index.js";
import { base64Of, bytesOfBase64 } from "./base64.js";
import { readValue } from "./read-value.js";
import { type ReferenceType, ValuePosition, type ValueSource } from "./value-position.js";
import { type ValueForm, writeValue } from "./write-value.js";

const form: ValueForm = { wide: String, bytes: base64Of, reference: (type) => refuse(type, "value") };

/**
 * Converts a value to JSON as Protocol Buffers do: 64-bit integers become strings, bytes Base64, and NaN, the infinities and -0
 * strings. None becomes `null`, a variant `{"tag": …, "val": …}`, flags an object of booleans. Names are in camelCase.
 *
 * @param where what the value is, for messages: `greet(): result`.
 * @throws TENON_VALUE_TYPE if the value does not have the type, TENON_CONTRACT_UNSUPPORTED for a handle, stream or future
 */
export function valueToJson(type: Type, value: unknown, where = "value"): JsonValue {
  const mismatch = explain(type, value);
  if (mismatch !== undefined) throw valueType(where, mismatch.path.replace(/^\./, ""), mismatch.expected, mismatch.got);
  return writeValue(type, value, form);
}

/**
 * Converts JSON to a value of a type: what {@link valueToJson} writes, and numbers as numbers where they are exact, bytes as
 * lists of numbers, flags as lists of names, and records without their optional fields. Nothing else is accepted: a field
 * that the type does not have is an error.
 *
 * @param json what `JSON.parse` returned
 * @param where what the value is, for messages: `greet(): parameter "name"`.
 * @throws TENON_VALUE_TYPE with the path inside the value, TENON_CONTRACT_UNSUPPORTED for a handle, stream or future
 */
export function valueFromJson(type: Type, json: unknown, where = "value"): unknown {
  return readValue(type, json, new ValuePosition(sourceOf(where)));
}

function sourceOf(where: string): ValueSource {
  return {
    bytesForm: '"Base64"',
    bytes(text, position) {
      const bytes = bytesOfBase64(text);
      if (bytes === undefined) throw position.mismatch("bytes as Base64", text);
      return bytes;
    },
    reference: (type) => refuse(type, where),
    near: () => "",
    error: (path, problem, fix, cause) => valueUnreadable(where, path, problem, fix, cause),
  };
}

function refuse({ kind }: ReferenceType, where: string): never {
  throw valueReferenceInJson(where, kind === "own" || kind === "borrow" ? "handle" : kind);
}
