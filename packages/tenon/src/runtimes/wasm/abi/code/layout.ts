import type { Type } from "../../../../contract/core.js";
import { recursionUnsupported } from "../../../../errors/factories/contract.js";
import { alternativesOf } from "./alternatives.js";

/** The core types of values that the canonical ABI passes. */
export type CoreType = "i32" | "i64" | "f32" | "f64";

/** The layout of a type in linear memory, and the core values that it becomes where it is passed without memory. */
export interface Layout {
  /** Bytes. */
  readonly size: number;
  /** Bytes: a power of two, at most 8. */
  readonly alignment: number;
  /** At most {@link flatLimit} entries: types with that many are never passed flat. */
  readonly flat: readonly CoreType[];
}

/** One more than the maximum number of core values of a function. */
export const flatLimit = 17;

const cache = new WeakMap<Type, Layout>();

/** Source: Component Model, CanonicalABI.md, "Alignment", "Element Size" and "Flattening". */
export function layoutOf(type: Type): Layout {
  let layout = cache.get(type);
  if (layout === undefined) {
    layout = compute(type);
    cache.set(type, layout);
  }
  return layout;
}

/** The layout of a record, tuple or parameter list, with the offset of each part. */
export function sequenceLayout(types: readonly Type[]): Layout & { readonly offsets: readonly number[] } {
  let size = 0;
  let alignment = 1;
  let flat: CoreType[] = [];
  const offsets: number[] = [];
  for (const type of types) {
    const part = layoutOf(type);
    size = align(size, part.alignment);
    offsets.push(size);
    size += part.size;
    alignment = Math.max(alignment, part.alignment);
    if (flat.length < flatLimit) flat = [...flat, ...part.flat].slice(0, flatLimit);
  }
  return { size: align(size, alignment), alignment, flat, offsets };
}

/** Where the discriminant of a variant, enum, option or result ends and its payload begins. */
export function payloadLayout(types: readonly (Type | undefined)[]): { discriminant: 1 | 2 | 4; offset: number } {
  const discriminant = types.length <= 0x100 ? 1 : types.length <= 0x10000 ? 2 : 4;
  const alignments = types.map((type) => (type === undefined ? 1 : layoutOf(type).alignment));
  return { discriminant, offset: align(discriminant, Math.max(1, ...alignments)) };
}

/** The size of flags in bytes: 1 or 2 if they fit, otherwise 4 for every 32 flags. */
export function flagsSize(count: number): number {
  if (count === 0) return 0;
  return count <= 8 ? 1 : count <= 16 ? 2 : 4 * Math.ceil(count / 32);
}

export function align(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

function scalar(size: 1 | 2 | 4 | 8, core: CoreType): Layout {
  return { size, alignment: size, flat: [core] };
}

function compute(type: Type): Layout {
  switch (type.kind) {
    case "bool":
    case "u8":
    case "s8":
      return scalar(1, "i32");
    case "u16":
    case "s16":
      return scalar(2, "i32");
    case "u64":
    case "s64":
      return scalar(8, "i64");
    case "f32":
      return scalar(4, "f32");
    case "f64":
      return scalar(8, "f64");
    case "u32":
    case "s32":
    case "char":
    case "own":
    case "borrow":
    case "stream":
    case "future":
      return scalar(4, "i32");
    case "string":
    case "list":
    case "map":
    case "json":
      return { size: 8, alignment: 4, flat: ["i32", "i32"] };
    case "record":
      return sequenceLayout(type.fields.map((field) => field.type));
    case "tuple":
      return sequenceLayout(type.items);
    case "flags": {
      const size = flagsSize(type.flags.length);
      const words = Math.min(Math.ceil(size / 4), flatLimit);
      return { size, alignment: Math.min(Math.max(size, 1), 4), flat: new Array<CoreType>(words).fill("i32") };
    }
    case "recursive":
      throw recursionUnsupported("", "", type.target.name);
    default:
      return choiceLayout(alternativesOf(type).map((alternative) => alternative.type));
  }
}

function choiceLayout(types: readonly (Type | undefined)[]): Layout {
  const { discriminant, offset } = payloadLayout(types);
  const payloads = types.flatMap((type) => (type === undefined ? [] : [layoutOf(type)]));
  const alignment = Math.max(discriminant, ...payloads.map((payload) => payload.alignment));
  const flat: CoreType[] = ["i32"];
  for (const payload of payloads) {
    for (const [index, core] of payload.flat.slice(0, flatLimit - 1).entries()) {
      const before = flat[index + 1];
      flat[index + 1] = before === undefined ? core : join(before, core);
    }
  }
  return { size: align(offset + Math.max(0, ...payloads.map((payload) => payload.size)), alignment), alignment, flat };
}

/** The core type that can hold values of both types. */
function join(one: CoreType, other: CoreType): CoreType {
  if (one === other) return one;
  return (one === "i32" && other === "f32") || (one === "f32" && other === "i32") ? "i32" : "i64";
}
