import { type Case, type MapType, mostValueLevels, type Type } from "../model/model.js";
import { camel } from "../model/names.js";
import { mostInItself } from "../model/reach.js";
import { isPlain } from "./json-values.js";
import { mapParts } from "./map-parts.js";
import { typeText } from "./type-text.js";

/** Where and why a value does not have a type. */
export interface Mismatch {
  /** The path inside the value: `.address[2].street`; empty for the value itself. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/**
 * Returns the first part of the value that does not have its type, or `undefined` if the value has the type.
 *
 * @param depth how often the value is inside another one of its recursive type.
 */
export function explain(type: Type, value: unknown, path = "", depth = 0): Mismatch | undefined {
  const mismatch = (expected: string): Mismatch => ({ path, expected, got: describe(value) });
  switch (type.kind) {
    case "bool":
      return typeof value === "boolean" ? undefined : mismatch("boolean");
    case "string":
      return typeof value === "string" ? undefined : mismatch("string");
    case "f32":
    case "f64":
      return typeof value === "number" ? undefined : mismatch("number");
    case "char":
      return typeof value === "string" && isScalar(value) ? undefined : mismatch("one Unicode character");
    case "s64":
    case "u64":
      if (typeof value !== "bigint") return mismatch("bigint");
      return inRange(value, type.kind) ? undefined : mismatch(`bigint that fits ${type.kind}`);
    case "u8":
    case "s8":
    case "u16":
    case "s16":
    case "u32":
    case "s32":
      if (typeof value !== "number") return mismatch("number");
      return Number.isInteger(value) && inRange(BigInt(value), type.kind)
        ? undefined
        : mismatch(`integer that fits ${type.kind}`);
    case "list":
      return explainList(type.element, value, path, depth, mismatch);
    case "option":
      if (type.some.kind !== "option") return value === undefined ? undefined : explain(type.some, value, path, depth);
      if (!isObject(value) || (value.tag !== "some" && value.tag !== "none"))
        return mismatch('{tag: "some", val} or {tag: "none"}');
      return value.tag === "none" ? undefined : explain(type.some, value.val, `${path}.val`, depth);
    case "result": {
      if (!isObject(value) || (value.tag !== "ok" && value.tag !== "err"))
        return mismatch('{tag: "ok", val} or {tag: "err", val}');
      return explainPayload(value.tag === "ok" ? type.ok : type.err, value.val, `${path}.val`, depth);
    }
    case "tuple": {
      if (!Array.isArray(value)) return mismatch(`array of ${type.items.length}`);
      if (value.length !== type.items.length) {
        return { path, expected: `array of ${type.items.length}`, got: `array of ${value.length}` };
      }
      return first(type.items, (item, index) => explain(item, value[index], `${path}[${index}]`, depth));
    }
    case "record":
      if (!isObject(value)) return mismatch(`object (${type.name})`);
      return first(type.fields, (field) =>
        explain(field.type, value[camel(field.name)], `${path}.${camel(field.name)}`, depth),
      );
    case "variant": {
      if (!isObject(value) || typeof value.tag !== "string") return mismatch(`{tag, val} (${type.name})`);
      const found = byName(type.cases).get(value.tag);
      if (found === undefined) {
        return { path: `${path}.tag`, expected: oneOf(type.cases), got: describe(value.tag) };
      }
      return explainPayload(found.type, value.val, `${path}.val`, depth);
    }
    case "enum":
      if (byName(type.cases).has(value as string)) return undefined;
      if (!type.open) return mismatch(oneOf(type.cases));
      return typeof value === "number" && (value | 0) === value
        ? undefined
        : mismatch(`${oneOf(type.cases)}, or an integer that fits s32`);
    case "flags": {
      if (!isObject(value)) return mismatch(`object of booleans (${type.name})`);
      const names = byName(type.flags, camel);
      for (const key in value) {
        if (!names.has(key))
          return {
            path: `${path}.${key}`,
            expected: `a flag of ${type.name}: ${[...names.keys()].slice(0, mostNamed).join(", ")}`,
            got: "another key",
          };
        const flag = value[key];
        if (typeof flag !== "boolean" && flag !== undefined)
          return { path: `${path}.${key}`, expected: "boolean", got: describe(flag) };
      }
      return undefined;
    }
    case "own":
    case "borrow":
      return isObject(value) ? undefined : mismatch(`${type.resource.name} object`);
    case "stream":
      return isObject(value) && typeof value[Symbol.asyncIterator] === "function"
        ? undefined
        : mismatch(`async iterable (${typeText(type)})`);
    case "future":
      return isObject(value) && typeof value.then === "function" ? undefined : mismatch("promise");
    case "map":
      return explainMap(type, value, path, depth, mismatch);
    case "json":
      return explainJson(value, path, 0);
    case "recursive":
      if (depth < mostInItself(type.target)) return explain(type.target, value, path, depth + 1);
      return { path, expected: `at most ${mostInItself(type.target)} levels of ${type.target.name}`, got: "more" };
  }
}

function explainList(
  element: Type,
  value: unknown,
  path: string,
  depth: number,
  mismatch: (expected: string) => Mismatch,
): Mismatch | undefined {
  if (element.kind === "u8") return value instanceof Uint8Array ? undefined : mismatch("Uint8Array");
  if (!Array.isArray(value)) return mismatch("array");
  for (let index = 0; index < value.length; index++) {
    const found = explain(element, value[index], `${path}[${index}]`, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function explainMap(
  type: MapType,
  value: unknown,
  path: string,
  depth: number,
  mismatch: (expected: string) => Mismatch,
): Mismatch | undefined {
  const parts = mapParts(value);
  if (parts === undefined) return mismatch("Map");
  for (let index = 0; index < parts.length; index += 2) {
    const key = parts[index];
    const at = `${path}[${typeof key === "string" ? JSON.stringify(key.slice(0, 40)) : String(key).slice(0, 40)}]`;
    const found = explain(type.key, key, `${path} key`) ?? explain(type.value, parts[index + 1], at, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function explainJson(value: unknown, path: string, levels: number): Mismatch | undefined {
  const mismatch = (expected: string): Mismatch => ({ path, expected, got: describe(value) });
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : mismatch("a finite number");
  if (typeof value !== "object") return mismatch("a JSON value");
  if (levels >= mostValueLevels)
    return { path, expected: `a JSON value of at most ${mostValueLevels} levels`, got: "more" };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const found = explainJson(value[index], `${path}[${index}]`, levels + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isPlain(value)) return mismatch("a JSON value");
  return first(Object.keys(value), (key) =>
    explainJson((value as Record<string, unknown>)[key], `${path}${keyPath(key)}`, levels + 1),
  );
}

function keyPath(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key.slice(0, 40)}` : `[${JSON.stringify(key.slice(0, 40))}]`;
}

function explainPayload(type: Type | undefined, value: unknown, path: string, depth: number): Mismatch | undefined {
  if (type !== undefined) return explain(type, value, path, depth);
  return value === undefined ? undefined : { path, expected: "nothing", got: describe(value) };
}

function first<T>(items: readonly T[], find: (item: T, index: number) => Mismatch | undefined): Mismatch | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Describes a value in a few words, with at most about 40 characters of it. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  switch (typeof value) {
    case "string":
      return `string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}…` : value)}`;
    case "number":
    case "boolean":
      return `${typeof value} ${value}`;
    case "bigint":
      return `bigint ${String(value).slice(0, 40)}n`;
    case "function":
      return `function${value.name === "" ? "" : ` ${value.name.slice(0, 40)}`}`;
    case "symbol":
      return "symbol";
  }
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (value instanceof Promise) return "promise";
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === "string" && name !== "Object" && name !== "" ? name.slice(0, 40) : "object";
}

const mostNamed = 50;

function oneOf(labels: readonly { readonly name: string }[]): string {
  const names = labels.slice(0, mostNamed).map(({ name }) => `"${name}"`);
  return `one of ${names.join(", ")}${labels.length > mostNamed ? ", …" : ""}`;
}

/** The labels of a type by name, so that a long list of values is read in time. */
const labelled = new WeakMap<readonly object[], ReadonlyMap<string, Case>>();

function byName(labels: readonly Case[], key: (name: string) => string = (name) => name): ReadonlyMap<string, Case> {
  let names = labelled.get(labels);
  if (names === undefined) labelled.set(labels, (names = new Map(labels.map((item) => [key(item.name), item]))));
  return names;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}

function isScalar(value: string): boolean {
  const [character, more] = value;
  return character !== undefined && more === undefined && !/^[\uD800-\uDFFF]$/.test(character);
}

const bits = { u8: 8, s8: 8, u16: 16, s16: 16, u32: 32, s32: 32, u64: 64, s64: 64 } as const;

function inRange(value: bigint, kind: keyof typeof bits): boolean {
  return value === (kind.startsWith("u") ? BigInt.asUintN(bits[kind], value) : BigInt.asIntN(bits[kind], value));
}
