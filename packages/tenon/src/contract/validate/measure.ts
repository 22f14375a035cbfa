import type { Type } from "../model/model.js";
import { camel } from "../model/names.js";
import { mostInItself } from "../model/reach.js";
import { jsonSize } from "./json-values.js";
import { mapParts } from "./map-parts.js";

/**
 * Returns a lower bound of a value's size in bytes: text by its length, lists by their elements.
 *
 * @param depth how often the value is inside another one of its recursive type.
 */
export type Measure = (value: any, depth?: number) => number;

const fixed: Readonly<Record<string, number>> = {
  bool: 1,
  s8: 1,
  u8: 1,
  s16: 2,
  u16: 2,
  s32: 4,
  u32: 4,
  s64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
  char: 1,
  enum: 1,
  flags: 1,
  own: 4,
  borrow: 4,
  stream: 4,
  future: 4,
};

const cache = new WeakMap<Type, Measure | null>();

/**
 * Compiles the measure of a type. Returns `undefined` if every value is small, and no limit needs to be checked. The result
 * is cached.
 */
export function compileMeasure(type: Type): Measure | undefined {
  let measure = cache.get(type);
  if (measure === undefined) {
    measure = compile(type) ?? null;
    cache.set(type, measure);
  }
  return measure ?? undefined;
}

function compile(type: Type): Measure | undefined {
  switch (type.kind) {
    case "string":
      return (value: string) => value.length;
    case "list": {
      if (type.element.kind === "u8") return (value: Uint8Array) => value.byteLength;
      const element = compileMeasure(type.element);
      const size = fixed[type.element.kind] ?? 1;
      if (element === undefined) return (value: unknown[]) => value.length * size;
      return (value: unknown[], depth) => {
        let sum = 0;
        for (let index = 0; index < value.length; index++) sum += element(value[index], depth);
        return sum;
      };
    }
    case "option": {
      const some = compileMeasure(type.some);
      if (some === undefined) return undefined;
      if (type.some.kind === "option") return (value, depth) => (value.tag === "some" ? some(value.val, depth) : 0);
      return (value, depth) => (value === undefined ? 0 : some(value, depth));
    }
    case "result":
      return tagged({ ok: type.ok, err: type.err });
    case "variant":
      return tagged(Object.fromEntries(type.cases.map((item) => [item.name, item.type])));
    case "tuple":
      return sum(type.items.map((item, index): [string | number, Type] => [index, item]));
    case "record":
      return sum(type.fields.map((field): [string | number, Type] => [camel(field.name), field.type]));
    case "map":
      return map(type.key, type.value);
    case "json":
      return (value) => jsonSize(value);
    case "recursive": {
      // Compiled later: the type that contains this one is still being compiled.
      const { target } = type;
      return (value, depth = 0) =>
        depth > mostInItself(target) ? 1 : 1 + (compileMeasure(target)?.(value, depth + 1) ?? 0);
    }
    default:
      return undefined;
  }
}

function map(key: Type, item: Type): Measure {
  const size = (type: Type): Measure => compileMeasure(type) ?? (() => fixed[type.kind] ?? 1);
  const [ofKey, ofItem] = [size(key), size(item)];
  return (value, depth) => {
    const parts = mapParts(value) ?? [];
    let total = 0;
    for (let index = 0; index < parts.length; index += 2)
      total += ofKey(parts[index]) + ofItem(parts[index + 1], depth);
    return total;
  };
}

function sum(parts: readonly (readonly [string | number, Type])[]): Measure | undefined {
  const measures = parts.flatMap(([key, type]) => {
    const measure = compileMeasure(type);
    return measure === undefined ? [] : [{ key, measure }];
  });
  if (measures.length === 0) return undefined;
  return (value, depth) => {
    let total = 0;
    for (const { key, measure } of measures) total += measure(value[key], depth);
    return total;
  };
}

function tagged(types: Readonly<Record<string, Type | undefined>>): Measure | undefined {
  const measures = new Map<string, Measure>();
  for (const [tag, type] of Object.entries(types)) {
    const measure = type === undefined ? undefined : compileMeasure(type);
    if (measure !== undefined) measures.set(tag, measure);
  }
  if (measures.size === 0) return undefined;
  return (value, depth) => measures.get(value.tag)?.(value.val, depth) ?? 0;
}
