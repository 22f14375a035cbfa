import {
  camel,
  type EnumType,
  type FlagsType,
  type MapType,
  type RecordType,
  type Type,
} from "../../../../contract/core.js";
import { extismTypeUnsupported } from "../../../../errors/factories/extism.js";
import type { JsonPath } from "./json-path.js";
import { numberReader } from "./numbers.js";
import { casesOf } from "./writer.js";

/** Converts what `JSON.parse` returned to a value of one type. Throws a `JsonTypeMismatch`. */
export type JsonReader = (json: any, path: JsonPath) => unknown;

/**
 * Returns the reader of a type. It accepts what the writer writes, and what plugin libraries write: fields in `snake_case` or
 * `kebab-case`, bytes as lists of numbers, flags as lists of names, fields that the type does not have.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED for handles, streams, futures and recursive types
 */
export function jsonReader(type: Type): JsonReader {
  let reader = cache.get(type);
  if (reader === undefined) cache.set(type, (reader = make(type)));
  return reader;
}

const cache = new WeakMap<Type, JsonReader>();

function make(type: Type): JsonReader {
  switch (type.kind) {
    case "bool":
      return (json, path) => expect(typeof json === "boolean", "true or false", json, path);
    case "string":
      return (json, path) => expect(typeof json === "string", "a string", json, path);
    case "char":
      return (json, path) => expect(typeof json === "string" && [...json].length === 1, "one character", json, path);
    case "list":
      return type.element.kind === "u8" ? readBytes : listReader(jsonReader(type.element));
    case "option":
      return type.some.kind === "option"
        ? casesReader({ none: undefined, some: type.some })
        : optionReader(jsonReader(type.some));
    case "result":
      return casesReader({ ok: type.ok, err: type.err });
    case "tuple":
      return tupleReader(type.items.map(jsonReader));
    case "record":
      return recordReader(type);
    case "variant":
      return casesReader(casesOf(type));
    case "enum":
      return enumReader(type);
    case "json":
      return (json) => json;
    case "map":
      return mapReader(type);
    case "flags":
      return flagsReader(type);
    case "own":
    case "borrow":
    case "stream":
    case "future":
    case "recursive":
      throw extismTypeUnsupported(type.kind);
    default:
      return numberReader(type.kind);
  }
}

function expect<T>(fits: boolean, what: string, json: T, path: JsonPath): T {
  if (!fits) throw path.expected(what, json);
  return json;
}

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function readBytes(json: unknown, path: JsonPath): Uint8Array {
  if (typeof json === "string" && base64.test(json)) return new Uint8Array(Buffer.from(json, "base64"));
  const isByte = (item: unknown) => Number.isInteger(item) && (item as number) >= 0 && (item as number) <= 255;
  if (!Array.isArray(json) || !json.every(isByte))
    throw path.expected("bytes as Base64, or as a list of numbers", json);
  return Uint8Array.from(json);
}

const listReader =
  (element: JsonReader): JsonReader =>
  (json, path) =>
    expect(Array.isArray(json), "a list", json as unknown[], path).map((item, index) => element(item, path.at(index)));

const optionReader =
  (some: JsonReader): JsonReader =>
  (json, path) =>
    json === null || json === undefined ? undefined : some(json, path);

const tupleReader =
  (items: readonly JsonReader[]): JsonReader =>
  (json, path) => {
    expect(Array.isArray(json) && json.length === items.length, `a list of ${items.length} items`, json, path);
    return items.map((item, index) => item(json[index], path.at(index)));
  };

function recordReader({ fields }: RecordType): JsonReader {
  const readers = fields.map(({ name, type }) => ({
    key: camel(name),
    names: spellings(name),
    read: jsonReader(type),
  }));
  return (json, path) => {
    const object = objectAt(json, path);
    return Object.fromEntries(
      readers.map(({ key, names, read }) => {
        const name = names.find((each) => Object.hasOwn(object, each));
        return [key, read(name === undefined ? undefined : object[name], path.at(key))];
      }),
    );
  };
}

/** The spellings of a name: `firstName`, `first_name`, `first-name`. */
function spellings(name: string): readonly string[] {
  return [camel(name), name.replaceAll("-", "_"), name];
}

function casesReader(cases: Readonly<Record<string, Type | undefined>>): JsonReader {
  const readers = new Map(
    Object.entries(cases).map(([tag, type]) => [tag, type === undefined ? undefined : jsonReader(type)]),
  );
  return (json, path) => {
    const { tag, val } = objectAt(json, path);
    if (typeof tag !== "string" || !readers.has(tag))
      throw path.at("tag").expected([...readers.keys()].join(" or "), tag);
    const read = readers.get(tag);
    return read === undefined ? { tag } : { tag, val: read(val, path.at("val")) };
  };
}

/** Keys are the names of an object, whatever their type is. */
function mapReader({ key, value }: MapType): JsonReader {
  const readKey = key.kind === "bool" ? readTruth : jsonReader(key);
  const readValue = jsonReader(value);
  return (json, path) => {
    const map = new Map<unknown, unknown>();
    for (const [name, each] of Object.entries(objectAt(json, path))) {
      const at = path.at(name);
      const read = readKey(name, at);
      // Numbers can be written in more than one way.
      if (map.has(read)) throw at.expected("each key once", name);
      map.set(read, readValue(each, at));
    }
    return map;
  };
}

const readTruth: JsonReader = (name, path) =>
  expect(name === "true" || name === "false", "true or false", name, path) === "true";

function enumReader({ cases, open }: EnumType): JsonReader {
  const byName = new Map(cases.flatMap(({ name }) => spellings(name).map((spelling) => [spelling, name] as const)));
  return (json, path) => {
    if (open === true && typeof json === "number" && (json | 0) === json) return json;
    const found = byName.get(json);
    if (found === undefined) throw path.expected(cases.map(({ name }) => name).join(" or "), json);
    return found;
  };
}

function flagsReader({ flags }: FlagsType): JsonReader {
  const byName = new Map(
    flags.flatMap(({ name }) => spellings(name).map((spelling) => [spelling, camel(name)] as const)),
  );
  return (json, path) => {
    const given: [string, unknown][] = Array.isArray(json)
      ? json.map((name) => [String(name), true])
      : Object.entries(objectAt(json, path));
    return Object.fromEntries(
      given.map(([name, value]) => {
        const key = byName.get(name);
        if (key === undefined) throw path.expected(flags.map((flag) => flag.name).join(", "), name);
        return [key, expect(typeof value === "boolean", "true or false", value, path.at(name))];
      }),
    );
  };
}

function objectAt(json: unknown, path: JsonPath): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw path.expected("an object", json);
  return json as Record<string, unknown>;
}
