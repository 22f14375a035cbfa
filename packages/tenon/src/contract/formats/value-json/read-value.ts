import { type MapType, mostValueLevels, type RecordType, type Type, type VariantType } from "../../model/model.js";
import { camel } from "../../model/names.js";
import { mostInItself } from "../../model/reach.js";
import { isJson } from "../../validate/json-values.js";
import { flagsOf } from "./flags.js";
import { jsonForm } from "./json-form.js";
import { readNumber } from "./number.js";
import type { ValuePosition } from "./value-position.js";

/**
 * Converts JSON to a value of a type: numbers and bytes can be strings, none is null, everything else follows the contract's
 * JavaScript mapping. The reverse of `writeValue`.
 */
export function readValue(type: Type, json: unknown, position: ValuePosition): unknown {
  switch (type.kind) {
    case "bool":
      if (typeof json !== "boolean") throw position.mismatch("true or false", json);
      return json;
    case "string":
      if (typeof json !== "string")
        throw position.mismatch("a string", json, `Quote it as JSON: ${JSON.stringify(String(json))}.`);
      return json;
    case "char":
      if (typeof json !== "string" || !/^[^\uD800-\uDFFF]$/u.test(json)) throw position.mismatch("one character", json);
      return json;
    case "list":
      if (type.element.kind === "u8" && typeof json === "string") return position.source.bytes(json, position);
      if (type.element.kind === "u8") return Uint8Array.from(listFrom(type.element, json, position) as number[]);
      return listFrom(type.element, json, position);
    case "option":
      if (type.some.kind === "option") return variantFrom({ none: undefined, some: type.some }, json, position);
      return json === null ? undefined : readValue(type.some, json, position);
    case "result":
      return variantFrom({ ok: type.ok, err: type.err }, json, position);
    case "variant":
      return variantFrom(casesOf(type), json, position);
    case "tuple":
      if (!Array.isArray(json) || json.length !== type.items.length)
        throw position.mismatch(`a list of ${type.items.length}`, json);
      return type.items.map((item, index) => readValue(item, json[index], position.item(index)));
    case "record":
      return recordFrom(type, json, position);
    case "enum": {
      const names = type.cases.map(({ name }) => name);
      if (typeof json === "string" && names.includes(json)) return json;
      if (type.open && typeof json === "number") return readNumber("s32", json, position);
      const near = typeof json === "string" ? position.source.near(json, names) : "";
      const expected = [...names, ...(type.open ? ["a number"] : [])].join(" or ");
      throw position.problem(`expected ${expected}, got ${JSON.stringify(json)}${near}`);
    }
    case "flags":
      return flagsOf(type, json, position);
    case "stream":
    case "future":
    case "own":
    case "borrow":
      return position.source.reference(type, json, position);
    case "map":
      return mapFrom(type, json, position);
    case "json":
      if (!isJson(json)) throw position.mismatch(`a JSON value of at most ${mostValueLevels} levels`, json);
      return json;
    case "recursive":
      if (position.depth >= mostInItself(type.target))
        throw position.problem(`expected at most ${mostInItself(type.target)} levels of ${type.target.name}, got more`);
      return readValue(type.target, json, position.deeper());
    default:
      return readNumber(type.kind, json, position);
  }
}

/** Reads a list of values of one type. */
export function listFrom(element: Type, json: unknown, position: ValuePosition): unknown[] {
  if (!Array.isArray(json))
    throw position.mismatch(`a list such as [${jsonForm(element, position.source.bytesForm)}, …]`, json);
  return json.map((item, index) => readValue(element, item, position.item(index)));
}

/** A map as an object, or as a list of keys and values. */
function mapFrom(type: MapType, json: unknown, position: ValuePosition): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  const add = (key: unknown, value: unknown, at: ValuePosition) => {
    if (map.has(key)) throw at.problem("the key is there twice");
    map.set(key, readValue(type.value, value, at));
  };
  if (Array.isArray(json)) {
    for (const [index, pair] of json.entries()) {
      const at = position.item(index);
      if (!Array.isArray(pair) || pair.length !== 2) throw at.mismatch("a list of a key and a value", pair);
      add(readValue(type.key, pair[0], at.item(0)), pair[1], at.item(1));
    }
    return map;
  }
  const object = objectOf(json, () => jsonForm(type, position.source.bytesForm), position);
  for (const [key, value] of Object.entries(object)) {
    const at = position.field(key);
    add(readValue(type.key, type.key.kind === "bool" ? boolOf(key) : key, at), value, at);
  }
  return map;
}

function boolOf(key: string): unknown {
  return key === "true" ? true : key === "false" ? false : key;
}

function recordFrom(type: RecordType, json: unknown, position: ValuePosition): Record<string, unknown> {
  const object = objectOf(json, () => jsonForm(type, position.source.bytesForm), position);
  const names = new Set(type.fields.map(({ name }) => camel(name)));
  for (const key of Object.keys(object)) {
    if (names.has(key)) continue;
    throw position
      .field(key)
      .problem(
        `the record ${type.name} has no such field; it has ${[...names].join(", ")}${position.source.near(key, names)}`,
      );
  }
  const fields = type.fields.map((field): [string, unknown] => {
    const name = camel(field.name);
    if (Object.hasOwn(object, name)) return [name, readValue(field.type, object[name], position.field(name))];
    if (field.type.kind === "option") return [name, field.type.some.kind === "option" ? { tag: "none" } : undefined];
    throw position.problem(`the field "${name}" is missing`, `Add it: ${jsonForm(type, position.source.bytesForm)}`);
  });
  return Object.fromEntries(fields);
}

/** Returns the type that each case of a variant carries, by the name of the case. */
export function casesOf(type: VariantType): Readonly<Record<string, Type | undefined>> {
  return Object.fromEntries(type.cases.map((item) => [item.name, item.type]));
}

function variantFrom(
  cases: Readonly<Record<string, Type | undefined>>,
  json: unknown,
  position: ValuePosition,
): unknown {
  const names = Object.keys(cases);
  const object = objectOf(json, () => `{"tag": "${names[0]}", …}`, position);
  const { tag } = object;
  if (typeof tag !== "string" || !Object.hasOwn(cases, tag)) {
    const near = typeof tag === "string" ? position.source.near(tag, names) : "";
    throw position
      .field("tag")
      .problem(
        `expected ${names.map((name) => `"${name}"`).join(" or ")}, got ${JSON.stringify(tag) ?? "nothing"}${near}`,
      );
  }
  for (const key of Object.keys(object)) {
    if (key !== "tag" && key !== "val") throw position.field(key).problem("only tag and val are allowed here");
  }
  const type = cases[tag];
  if (type !== undefined) {
    if (!Object.hasOwn(object, "val") && type.kind !== "option")
      throw position.problem(`the case "${tag}" needs a "val": ${jsonForm(type, position.source.bytesForm)}`);
    return { tag, val: readValue(type, object.val ?? null, position.field("val")) };
  }
  if (object.val !== undefined && object.val !== null) throw position.problem(`the case "${tag}" has no value`);
  return { tag };
}

function objectOf(json: unknown, expected: () => string, position: ValuePosition): Readonly<Record<string, unknown>> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw position.mismatch(expected(), json);
}
