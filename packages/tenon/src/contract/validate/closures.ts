import type { Case, Type } from "../model/model.js";
import { camel } from "../model/names.js";
import { mostInItself } from "../model/reach.js";
import type { CheckedCopy } from "./guard.js";
import { copyJson } from "./json-values.js";
import { mapParts } from "./map-parts.js";
import { ownBytes } from "./own-bytes.js";
import { unfit } from "./unfit.js";

const cache = new WeakMap<Type, CheckedCopy>();

/** The checked copy of a type as closures, for processes that may not generate code. The result is cached. */
export function closureCopy(type: Type): CheckedCopy {
  let copy = cache.get(type);
  if (copy === undefined) cache.set(type, (copy = compile(type)));
  return copy;
}

const when =
  (fits: (value: any) => boolean): CheckedCopy =>
  (value) =>
    fits(value) ? value : unfit;

const integers = {
  u8: [0, 0xff],
  s8: [-0x80, 0x7f],
  u16: [0, 0xffff],
  s16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  s32: [-0x8000_0000, 0x7fff_ffff],
} as const;

function compile(type: Type): CheckedCopy {
  switch (type.kind) {
    case "bool":
      return when((value) => typeof value === "boolean");
    case "u8":
    case "s8":
    case "u16":
    case "s16":
    case "u32":
    case "s32": {
      const [least, most] = integers[type.kind];
      return when((value) => Number.isInteger(value) && value >= least && value <= most);
    }
    case "u64":
      return when((value) => typeof value === "bigint" && BigInt.asUintN(64, value) === value);
    case "s64":
      return when((value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value);
    case "f32":
    case "f64":
      return when((value) => typeof value === "number");
    case "string":
      return when((value) => typeof value === "string");
    case "char":
      return when(isCharacter);
    case "enum": {
      const names = new Set(type.cases.map(({ name }) => name));
      if (type.open) return when((value) => names.has(value) || (Number.isInteger(value) && (value | 0) === value));
      return when((value) => names.has(value));
    }
    case "own":
    case "borrow":
      return when((value) => typeof value === "object" && value !== null);
    case "stream":
      return when((value) => isObject(value) && typeof (value as any)[Symbol.asyncIterator] === "function");
    case "future":
      return when((value) => isObject(value) && typeof (value as any).then === "function");
    case "flags":
      return flags(type.flags.map(({ name }) => camel(name)));
    case "list":
      return type.element.kind === "u8" ? ownBytes : list(closureCopy(type.element));
    case "option": {
      const some = closureCopy(type.some);
      if (type.some.kind === "option") return nestedOption(some);
      return (value, depth) => (value === undefined ? undefined : some(value, depth));
    }
    case "result":
      return tagged([
        { name: "ok", type: type.ok },
        { name: "err", type: type.err },
      ]);
    case "variant":
      return tagged(type.cases);
    case "tuple":
      return tuple(type.items.map(closureCopy));
    case "record":
      return record(type.fields.map((field) => [camel(field.name), closureCopy(field.type)]));
    case "map":
      return map(closureCopy(type.key), closureCopy(type.value));
    case "json":
      return (value) => copyJson(value);
    case "recursive":
      return (value, depth = 0) =>
        depth >= mostInItself(type.target) ? unfit : closureCopy(type.target)(value, depth + 1);
  }
}

function isCharacter(value: unknown): boolean {
  if (typeof value !== "string") return false;
  const code = value.codePointAt(0);
  return code !== undefined && value.length === (code > 0xffff ? 2 : 1) && (code < 0xd800 || code > 0xdfff);
}

function nestedOption(some: CheckedCopy): CheckedCopy {
  return (value, depth) => {
    if (!isObject(value)) return unfit;
    const { tag } = value as { tag?: unknown };
    if (tag === "none") return { tag };
    if (tag !== "some") return unfit;
    const val = some((value as { val?: unknown }).val, depth);
    return val === unfit ? unfit : { tag, val };
  };
}

function map(key: CheckedCopy, item: CheckedCopy): CheckedCopy {
  return (value, depth) => {
    const parts = mapParts(value);
    if (parts === undefined) return unfit;
    const copy = new Map<unknown, unknown>();
    for (let index = 0; index < parts.length; index += 2) {
      const part = item(parts[index + 1], depth);
      if (part === unfit || key(parts[index]) === unfit) return unfit;
      copy.set(parts[index], part);
    }
    return copy;
  };
}

function list(element: CheckedCopy): CheckedCopy {
  return (value, depth) => {
    if (!Array.isArray(value)) return unfit;
    const copy: unknown[] = [];
    const { length } = value;
    for (let index = 0; index < length; index++) {
      const item = element(value[index], depth);
      if (item === unfit) return unfit;
      copy.push(item);
    }
    return copy;
  };
}

function tuple(items: readonly CheckedCopy[]): CheckedCopy {
  return (value, depth) => {
    if (!Array.isArray(value) || value.length !== items.length) return unfit;
    const copy: unknown[] = [];
    for (const [index, item] of items.entries()) {
      const part = item(value[index], depth);
      if (part === unfit) return unfit;
      copy.push(part);
    }
    return copy;
  };
}

function record(fields: readonly (readonly [key: string, copy: CheckedCopy])[]): CheckedCopy {
  return (value: any, depth) => {
    if (!isObject(value)) return unfit;
    const copy: Record<string, unknown> = {};
    for (const [key, field] of fields) {
      const part = field((value as Record<string, unknown>)[key], depth);
      if (part === unfit) return unfit;
      copy[key] = part;
    }
    return copy;
  };
}

function tagged(cases: readonly Case[]): CheckedCopy {
  const payloads = new Map(cases.map(({ name, type }) => [name, type === undefined ? null : closureCopy(type)]));
  return (value: any, depth) => {
    if (!isObject(value)) return unfit;
    const { tag } = value as { tag?: any };
    const payload = payloads.get(tag);
    if (payload === undefined) return unfit;
    const { val } = value as { val?: unknown };
    if (payload === null) return val === undefined ? { tag } : unfit;
    const copy = payload(val, depth);
    return copy === unfit ? unfit : { tag, val: copy };
  };
}

function flags(keys: readonly string[]): CheckedCopy {
  const known = new Set(keys);
  return (value: any) => {
    if (!isObject(value)) return unfit;
    for (const key in value) if (!known.has(key)) return unfit;
    const copy: Record<string, boolean> = {};
    for (const key of keys) {
      const flag = (value as Record<string, unknown>)[key];
      if (typeof flag !== "boolean" && flag !== undefined) return unfit;
      copy[key] = flag === true;
    }
    return copy;
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
