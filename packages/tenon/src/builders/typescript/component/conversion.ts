import { camel, type Type } from "../../../contract/index.js";

const numbers: ReadonlySet<string> = new Set(["s8", "u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64"]);

/**
 * Returns the source of a function that converts a value from a component's bindings to the contract's JavaScript value. They
 * differ in lists of numbers: typed arrays in the bindings, arrays in the contract. Bytes are a `Uint8Array` in both, but the
 * bindings have their own globals, for which `instanceof` would be false.
 *
 * @returns `undefined` if the value needs no conversion.
 */
export function conversion(type: Type): string | undefined {
  switch (type.kind) {
    case "list": {
      if (type.element.kind === "u8") return "(v) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength)";
      if (numbers.has(type.element.kind)) return "(v) => Array.from(v)";
      const each = conversion(type.element);
      return each && `(v) => v.map(${each})`;
    }
    case "option": {
      const some = conversion(type.some);
      if (type.some.kind === "option") return some && tagged([["some", some]]);
      return some && `(v) => (v === undefined ? v : (${some})(v))`;
    }
    case "result":
      return tagged([
        ["ok", type.ok && conversion(type.ok)],
        ["err", type.err && conversion(type.err)],
      ]);
    case "variant":
      return tagged(type.cases.map(({ name, type: inner }) => [name, inner && conversion(inner)] as const));
    case "record":
      return members(
        type.fields.map(({ name, type: inner }) => [camel(name), conversion(inner)] as const),
        "{...v",
        "}",
      );
    case "tuple": {
      const items = type.items.map((item, at) => ({ each: conversion(item), at }));
      if (items.every(({ each }) => each === undefined)) return undefined;
      return `(v) => [${items.map(({ each, at }) => (each === undefined ? `v[${at}]` : `(${each})(v[${at}])`)).join(", ")}]`;
    }
    default:
      return undefined;
  }
}

type Member = readonly [name: string, conversion: string | undefined];

function tagged(cases: readonly Member[]): string | undefined {
  const known = cases.filter(([, each]) => each !== undefined);
  if (known.length === 0) return undefined;
  const table = known.map(([name, each]) => `${JSON.stringify(name)}: ${each}`).join(", ");
  return `(v) => ((each) => (each === undefined ? v : { tag: v.tag, val: each(v.val) }))({ ${table} }[v.tag])`;
}

function members(fields: readonly Member[], opening: string, closing: string): string | undefined {
  const known = fields.filter(([, each]) => each !== undefined);
  if (known.length === 0) return undefined;
  return `(v) => (${opening}, ${known.map(([name, each]) => `${name}: (${each})(v.${name})`).join(", ")}${closing})`;
}
