import type { JsonValue } from "../../json/index.js";
import type { Type } from "../../model/model.js";
import { camel } from "../../model/names.js";
import type { ReferenceType } from "./value-position.js";

/** How values are written as JSON: what a command line shows is not what a protocol sends. */
export interface ValueForm {
  /** Writes a 64-bit integer. */
  readonly wide: (value: bigint) => JsonValue;
  readonly bytes: (value: Uint8Array) => JsonValue;
  /** Writes a handle, a stream or a future, or throws. */
  readonly reference: (type: ReferenceType, value: unknown) => JsonValue;
}

/**
 * Converts a value that has its type to JSON: none and nothing become null; NaN, the infinities and -0 strings; a map an
 * object, whose keys are text. The reverse of `readValue`.
 */
export function writeValue(type: Type | undefined, value: any, form: ValueForm): JsonValue {
  if (type === undefined) return null;
  switch (type.kind) {
    case "s64":
    case "u64":
      return form.wide(value);
    case "f32":
    case "f64":
      // JSON.stringify would write -0 as 0.
      if (Object.is(value, -0)) return "-0";
      return Number.isFinite(value) ? value : String(value);
    case "list":
      if (type.element.kind === "u8") return form.bytes(value);
      return value.map((item: unknown) => writeValue(type.element, item, form));
    case "option":
      if (type.some.kind === "option") return writeCase(value.tag === "some" ? type.some : undefined, value, form);
      return value === undefined ? null : writeValue(type.some, value, form);
    case "result":
      return writeCase(value.tag === "ok" ? type.ok : type.err, value, form);
    case "variant":
      return writeCase(type.cases.find(({ name }) => name === value.tag)?.type, value, form);
    case "tuple":
      return type.items.map((item, index) => writeValue(item, value[index], form));
    case "record":
      return Object.fromEntries(
        type.fields.map((field) => {
          const name = camel(field.name);
          return [name, writeValue(field.type, value[name], form)];
        }),
      );
    case "flags":
      return Object.fromEntries(type.flags.map(({ name }) => [camel(name), value[camel(name)] === true]));
    case "map":
      return Object.fromEntries(
        [...(value as ReadonlyMap<unknown, unknown>)].map(([key, item]) => [
          String(key),
          writeValue(type.value, item, form),
        ]),
      );
    case "recursive":
      return writeValue(type.target, value, form);
    case "own":
    case "borrow":
    case "stream":
    case "future":
      return form.reference(type, value);
    default:
      return value;
  }
}

function writeCase(type: Type | undefined, { tag, val }: { tag: string; val?: unknown }, form: ValueForm): JsonValue {
  return type === undefined ? { tag } : { tag, val: writeValue(type, val, form) };
}
