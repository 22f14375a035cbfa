import { camel, type RecordType, type Type, type VariantType } from "../../contract/index.js";
import { didYouMean } from "../../runtime/nearest.js";
import { jsonForm } from "./argument-form.js";
import type { ArgumentPosition } from "./argument-position.js";
import { bytesOfText } from "./bytes.js";
import { flagsOf } from "./flags.js";
import { readNumber } from "./number.js";
import { chunksOf, itemsOf } from "./streams.js";

/**
 * Converts JSON to a value of a type: numbers and bytes can be strings, none is null, everything else follows the contract's
 * JavaScript mapping. The reverse of `valueJson`.
 */
export function fromJson(type: Type, json: unknown, position: ArgumentPosition): unknown {
  switch (type.kind) {
    case "bool":
      if (typeof json !== "boolean") throw position.mismatch("true or false", json);
      return json;
    case "string":
      if (typeof json !== "string")
        throw position.mismatch("a string", json, `Quote it as JSON: ${JSON.stringify(String(json))}.`);
      return json;
    case "char":
      if (typeof json !== "string" || [...json].length !== 1) throw position.mismatch("one character", json);
      return json;
    case "list":
      if (type.element.kind === "u8" && typeof json === "string") return bytesOfText(json, position);
      if (type.element.kind === "u8") return Uint8Array.from(listFrom(type.element, json, position) as number[]);
      return listFrom(type.element, json, position);
    case "option":
      if (type.some.kind === "option") return variantFrom({ none: undefined, some: type.some }, json, position);
      return json === null ? undefined : fromJson(type.some, json, position);
    case "result":
      return variantFrom({ ok: type.ok, err: type.err }, json, position);
    case "variant":
      return variantFrom(casesOf(type), json, position);
    case "tuple":
      if (!Array.isArray(json) || json.length !== type.items.length)
        throw position.mismatch(`a list of ${type.items.length}`, json);
      return type.items.map((item, index) => fromJson(item, json[index], position.item(index)));
    case "record":
      return recordFrom(type, json, position);
    case "enum": {
      const names = type.cases.map(({ name }) => name);
      if (typeof json === "string" && names.includes(json)) return json;
      const near = typeof json === "string" ? didYouMean(json, names) : "";
      throw position.problem(`expected ${names.join(" or ")}, got ${JSON.stringify(json)}${near}`);
    }
    case "flags":
      return flagsOf(type, json, position);
    case "stream":
      if (type.element?.kind === "u8")
        return chunksOf(fromJson({ kind: "list", element: type.element }, json, position) as Uint8Array);
      return itemsOf(type.element === undefined ? emptyList(json, position) : listFrom(type.element, json, position));
    case "future":
      return Promise.resolve(type.value === undefined ? undefined : fromJson(type.value, json, position));
    case "own":
    case "borrow":
      throw position.problem(
        `a ${type.resource.name} object cannot be written on a command line`,
        "Call a function that takes no object, or call this one from a program that opens the plugin.",
      );
    default:
      return readNumber(type.kind, json, position);
  }
}

function listFrom(element: Type, json: unknown, position: ArgumentPosition): unknown[] {
  if (!Array.isArray(json)) throw position.mismatch(`a list such as [${jsonForm(element)}, …]`, json);
  return json.map((item, index) => fromJson(element, item, position.item(index)));
}

function emptyList(json: unknown, position: ArgumentPosition): undefined[] {
  if (!Array.isArray(json)) throw position.mismatch("a list such as [null, …]", json);
  return json.map(() => undefined);
}

function recordFrom(type: RecordType, json: unknown, position: ArgumentPosition): Record<string, unknown> {
  const object = objectOf(json, jsonForm(type), position);
  const names = new Set(type.fields.map(({ name }) => camel(name)));
  for (const key of Object.keys(object)) {
    if (names.has(key)) continue;
    throw position
      .field(key)
      .problem(`the record ${type.name} has no such field; it has ${[...names].join(", ")}${didYouMean(key, names)}`);
  }
  const fields = type.fields.map((field): [string, unknown] => {
    const name = camel(field.name);
    if (Object.hasOwn(object, name)) return [name, fromJson(field.type, object[name], position.field(name))];
    if (field.type.kind === "option") return [name, field.type.some.kind === "option" ? { tag: "none" } : undefined];
    throw position.problem(`the field "${name}" is missing`, `Add it: ${jsonForm(type)}`);
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
  position: ArgumentPosition,
): unknown {
  const names = Object.keys(cases);
  const object = objectOf(json, `{"tag": "${names[0]}", …}`, position);
  const { tag } = object;
  if (typeof tag !== "string" || !Object.hasOwn(cases, tag)) {
    const near = typeof tag === "string" ? didYouMean(tag, names) : "";
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
      throw position.problem(`the case "${tag}" needs a "val": ${jsonForm(type)}`);
    return { tag, val: fromJson(type, object.val ?? null, position.field("val")) };
  }
  if (object.val !== undefined && object.val !== null) throw position.problem(`the case "${tag}" has no value`);
  return { tag };
}

function objectOf(json: unknown, expected: string, position: ArgumentPosition): Readonly<Record<string, unknown>> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw position.mismatch(expected, json);
}
