import { camel, type Type } from "../contract/core.js";
import type { Boundary, Scope } from "./boundary.js";

/**
 * Converts a value that crosses a boundary. Only resources, streams and futures change. A type without any of them has
 * no conversion: its values pass unchanged.
 */
export type Conversion = (value: any, boundary: Boundary, view: "async" | "sync", scope: Scope | undefined) => unknown;
export type Direction = "receive" | "give";

const caches: Record<Direction, WeakMap<Type, Conversion | null>> = { receive: new WeakMap(), give: new WeakMap() };

export function compileConversion(type: Type, direction: Direction): Conversion | undefined {
  const cache = caches[direction];
  let conversion = cache.get(type);
  if (conversion === undefined) {
    conversion = compile(type, direction) ?? null;
    cache.set(type, conversion);
  }
  return conversion ?? undefined;
}

function compile(type: Type, direction: Direction): Conversion | undefined {
  const incoming = direction === "receive";
  switch (type.kind) {
    case "own":
    case "borrow": {
      const owned = type.kind === "own";
      const { resource } = type;
      return incoming
        ? (value, boundary, view, scope) => boundary.receive(value, resource, owned, view, scope)
        : (value, boundary, _view, scope) => boundary.give(value, resource, owned, scope);
    }
    case "stream":
      return (value, boundary, view) => boundary.stream(type.element, value, incoming, view);
    case "future":
      return (value, boundary, view) => boundary.future(type.value, value, incoming, view);
    case "list": {
      const element = compileConversion(type.element, direction);
      return (
        element &&
        ((value, boundary, view, scope) => value.map((item: unknown) => element(item, boundary, view, scope)))
      );
    }
    case "map": {
      const convert = compileConversion(type.value, direction);
      return (
        convert &&
        ((value: ReadonlyMap<unknown, unknown>, boundary, view, scope) =>
          new Map([...value].map(([key, item]) => [key, convert(item, boundary, view, scope)])))
      );
    }
    case "option": {
      const some = compileConversion(type.some, direction);
      if (some === undefined) return undefined;
      if (type.some.kind === "option") {
        return (value, boundary, view, scope) =>
          value.tag === "some" ? { tag: "some", val: some(value.val, boundary, view, scope) } : value;
      }
      return (value, boundary, view, scope) => (value === undefined ? undefined : some(value, boundary, view, scope));
    }
    case "tuple": {
      const items = type.items.map((item) => compileConversion(item, direction));
      if (items.every((item) => item === undefined)) return undefined;
      return (value, boundary, view, scope) =>
        items.map((item, index) => (item === undefined ? value[index] : item(value[index], boundary, view, scope)));
    }
    case "record": {
      const fields = type.fields.map((field) => ({
        key: camel(field.name),
        convert: compileConversion(field.type, direction),
      }));
      if (fields.every(({ convert }) => convert === undefined)) return undefined;
      return (value, boundary, view, scope) => {
        const result: Record<string, unknown> = {};
        for (const { key, convert } of fields)
          result[key] = convert === undefined ? value[key] : convert(value[key], boundary, view, scope);
        return result;
      };
    }
    case "result":
      return tagged(
        new Map([
          ["ok", type.ok],
          ["err", type.err],
        ]),
        direction,
      );
    case "variant":
      return tagged(new Map(type.cases.map((item) => [item.name, item.type])), direction);
    default:
      return undefined;
  }
}

function tagged(types: ReadonlyMap<string, Type | undefined>, direction: Direction): Conversion | undefined {
  const conversions = new Map<string, Conversion>();
  for (const [tag, type] of types) {
    const conversion = type === undefined ? undefined : compileConversion(type, direction);
    if (conversion !== undefined) conversions.set(tag, conversion);
  }
  if (conversions.size === 0) return undefined;
  return (value, boundary, view, scope) => {
    const conversion = conversions.get(value.tag);
    return conversion === undefined ? value : { tag: value.tag, val: conversion(value.val, boundary, view, scope) };
  };
}
