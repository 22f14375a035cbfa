import { camel, type RecordType, type Type, type VariantType } from "../../../../contract/core.js";
import { extismTypeUnsupported } from "../../../../errors/factories/extism.js";

/** Writes a value of one type as JSON. */
export type JsonWriter = (value: any) => string;

/**
 * Returns the writer of a type. It writes values as they are in JavaScript, 64-bit integers with all digits, bytes as Base64,
 * an empty option as `null`, and maps as objects.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED for handles, streams, futures and recursive types
 */
export function jsonWriter(type: Type): JsonWriter {
  let writer = cache.get(type);
  if (writer === undefined) cache.set(type, (writer = make(type)));
  return writer;
}

const cache = new WeakMap<Type, JsonWriter>();

function make(type: Type): JsonWriter {
  switch (type.kind) {
    case "s64":
    case "u64":
    case "bool":
      return String;
    case "string":
    case "char":
    case "enum":
    case "json":
      return JSON.stringify;
    case "map":
      return mapWriter(jsonWriter(type.value));
    case "list":
      return type.element.kind === "u8" ? bytesWriter : listWriter(jsonWriter(type.element));
    case "option":
      return type.some.kind === "option"
        ? casesWriter({ none: undefined, some: type.some })
        : optionWriter(jsonWriter(type.some));
    case "result":
      return casesWriter({ ok: type.ok, err: type.err });
    case "tuple":
      return tupleWriter(type.items.map(jsonWriter));
    case "record":
      return recordWriter(type);
    case "variant":
      return casesWriter(casesOf(type));
    case "flags": {
      const names = type.flags.map(({ name }) => camel(name));
      return (value) => `{${names.map((name) => `${JSON.stringify(name)}:${value[name] === true}`).join(",")}}`;
    }
    case "own":
    case "borrow":
    case "stream":
    case "future":
    case "recursive":
      throw extismTypeUnsupported(type.kind);
    default:
      // JSON has no NaN and no infinities: they become null.
      return JSON.stringify;
  }
}

/** The payload type of each case of a variant, by name. */
export function casesOf({ cases }: VariantType): Readonly<Record<string, Type | undefined>> {
  return Object.fromEntries(cases.map(({ name, type }) => [name, type]));
}

const bytesWriter: JsonWriter = (value: Uint8Array) =>
  `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")}"`;

const listWriter =
  (element: JsonWriter): JsonWriter =>
  (value: readonly unknown[]) =>
    `[${value.map((each) => element(each)).join(",")}]`;

/** A map is an object whatever its keys are, as in the libraries of plugins. */
const mapWriter =
  (value: JsonWriter): JsonWriter =>
  (map: ReadonlyMap<unknown, unknown>) =>
    `{${Array.from(map, ([key, each]) => `${JSON.stringify(String(key))}:${value(each)}`).join(",")}}`;

const optionWriter =
  (some: JsonWriter): JsonWriter =>
  (value) =>
    value === undefined ? "null" : some(value);

const tupleWriter =
  (items: readonly JsonWriter[]): JsonWriter =>
  (value: readonly unknown[]) =>
    `[${items.map((item, index) => item(value[index])).join(",")}]`;

function recordWriter({ fields }: RecordType): JsonWriter {
  const writers = fields.map((field) => {
    const key = camel(field.name);
    return { key, head: `${JSON.stringify(key)}:`, write: jsonWriter(field.type) };
  });
  return (value) => `{${writers.map(({ key, head, write }) => head + write(value[key])).join(",")}}`;
}

function casesWriter(cases: Readonly<Record<string, Type | undefined>>): JsonWriter {
  const writers = new Map(
    Object.entries(cases).map(([tag, type]) => [tag, type === undefined ? undefined : jsonWriter(type)]),
  );
  return ({ tag, val }) => {
    const write = writers.get(tag);
    return `{"tag":${JSON.stringify(tag)}${write === undefined ? "" : `,"val":${write(val)}`}}`;
  };
}
