import { camel, type RecordType, type Type, type VariantType } from "../../contract/index.js";
import { didYouMean } from "../../runtime/nearest.js";
import { jsonForm } from "./argument-form.js";
import { bytesOfText } from "./bytes.js";
import { flagsOf } from "./flags.js";
import { readNumber } from "./number.js";
import type { Place } from "./place.js";
import { chunksOf, itemsOf } from "./streams.js";

/**
 * The value that a JSON value means for a type: numbers and bytes may be texts, none is null, everything else follows
 * the contract's JavaScript mapping. The reverse of `valueJson`.
 */
export function fromJson(type: Type, json: unknown, place: Place): unknown {
  switch (type.kind) {
    case "bool":
      if (typeof json !== "boolean") throw place.mismatch("true or false", json);
      return json;
    case "string":
      if (typeof json !== "string")
        throw place.mismatch("a text", json, `Quote it as JSON: ${JSON.stringify(String(json))}.`);
      return json;
    case "char":
      if (typeof json !== "string" || [...json].length !== 1) throw place.mismatch("one character", json);
      return json;
    case "list":
      if (type.element.kind === "u8" && typeof json === "string") return bytesOfText(json, place);
      if (type.element.kind === "u8") return Uint8Array.from(listFrom(type.element, json, place) as number[]);
      return listFrom(type.element, json, place);
    case "option":
      if (type.some.kind === "option") return variantFrom({ none: undefined, some: type.some }, json, place);
      return json === null ? undefined : fromJson(type.some, json, place);
    case "result":
      return variantFrom({ ok: type.ok, err: type.err }, json, place);
    case "variant":
      return variantFrom(casesOf(type), json, place);
    case "tuple":
      if (!Array.isArray(json) || json.length !== type.items.length)
        throw place.mismatch(`a list of ${type.items.length}`, json);
      return type.items.map((item, index) => fromJson(item, json[index], place.item(index)));
    case "record":
      return recordFrom(type, json, place);
    case "enum": {
      const names = type.cases.map(({ name }) => name);
      if (typeof json === "string" && names.includes(json)) return json;
      const near = typeof json === "string" ? didYouMean(json, names) : "";
      throw place.problem(`expected ${names.join(" or ")}, got ${JSON.stringify(json)}${near}`);
    }
    case "flags":
      return flagsOf(type, json, place);
    case "stream":
      if (type.element?.kind === "u8")
        return chunksOf(fromJson({ kind: "list", element: type.element }, json, place) as Uint8Array);
      return itemsOf(type.element === undefined ? emptyList(json, place) : listFrom(type.element, json, place));
    case "future":
      return Promise.resolve(type.value === undefined ? undefined : fromJson(type.value, json, place));
    case "own":
    case "borrow":
      throw place.problem(
        `a ${type.resource.name} object cannot be written on a command line`,
        "Call a function that needs no object, or write a program that opens the plugin.",
      );
    default:
      return readNumber(type.kind, json, place);
  }
}

function listFrom(element: Type, json: unknown, place: Place): unknown[] {
  if (!Array.isArray(json)) throw place.mismatch(`a list, as [${jsonForm(element)}, …]`, json);
  return json.map((item, index) => fromJson(element, item, place.item(index)));
}

function emptyList(json: unknown, place: Place): undefined[] {
  if (!Array.isArray(json)) throw place.mismatch("a list, as [null, …]", json);
  return json.map(() => undefined);
}

function recordFrom(type: RecordType, json: unknown, place: Place): Record<string, unknown> {
  const object = objectOf(json, jsonForm(type), place);
  const names = new Set(type.fields.map(({ name }) => camel(name)));
  for (const key of Object.keys(object)) {
    if (names.has(key)) continue;
    throw place
      .field(key)
      .problem(`the record ${type.name} has no such field${didYouMean(key, names)}; it has ${[...names].join(", ")}`);
  }
  const fields = type.fields.map((field): [string, unknown] => {
    const name = camel(field.name);
    if (Object.hasOwn(object, name)) return [name, fromJson(field.type, object[name], place.field(name))];
    if (field.type.kind === "option") return [name, field.type.some.kind === "option" ? { tag: "none" } : undefined];
    throw place.problem(`the field "${name}" is missing`, `Give it: ${jsonForm(type)}`);
  });
  return Object.fromEntries(fields);
}

/** The cases of a variant: what each carries, by its name. */
export function casesOf(type: VariantType): Readonly<Record<string, Type | undefined>> {
  return Object.fromEntries(type.cases.map((item) => [item.name, item.type]));
}

function variantFrom(cases: Readonly<Record<string, Type | undefined>>, json: unknown, place: Place): unknown {
  const names = Object.keys(cases);
  const object = objectOf(json, `{"tag": "${names[0]}", …}`, place);
  const { tag } = object;
  if (typeof tag !== "string" || !Object.hasOwn(cases, tag)) {
    const near = typeof tag === "string" ? didYouMean(tag, names) : "";
    throw place
      .field("tag")
      .problem(
        `expected ${names.map((name) => `"${name}"`).join(" or ")}, got ${JSON.stringify(tag) ?? "nothing"}${near}`,
      );
  }
  for (const key of Object.keys(object)) {
    if (key !== "tag" && key !== "val") throw place.field(key).problem("only tag and val may stand here");
  }
  const type = cases[tag];
  if (type !== undefined) {
    if (!Object.hasOwn(object, "val") && type.kind !== "option")
      throw place.problem(`the case "${tag}" needs a "val": ${jsonForm(type)}`);
    return { tag, val: fromJson(type, object.val ?? null, place.field("val")) };
  }
  if (object.val !== undefined && object.val !== null) throw place.problem(`the case "${tag}" carries nothing`);
  return { tag };
}

function objectOf(json: unknown, expected: string, place: Place): Readonly<Record<string, unknown>> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw place.mismatch(expected, json);
}
