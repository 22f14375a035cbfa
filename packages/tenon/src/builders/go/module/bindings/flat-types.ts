/**
 * The canonical ABI's layout of values in memory, and the core types that it passes them as.
 * Source: component-model/design/mvp/CanonicalABI.md, "Alignment", "Element Size", "Flattening".
 */
import type { FunctionType, Type } from "../../../../contract/index.js";

/** A core type, by its Go name. */
export type FlatType = "uint32" | "uint64" | "float32" | "float64";

/** More parameters than these are passed in memory. */
export const mostFlatParameters = 16;

/** The layout of a type in memory, in bytes. */
export interface Layout {
  readonly size: number;
  readonly alignment: number;
}

const widths: Readonly<Record<string, number>> = {
  bool: 1,
  s8: 1,
  u8: 1,
  s16: 2,
  u16: 2,
  s32: 4,
  u32: 4,
  f32: 4,
  char: 4,
  own: 4,
  borrow: 4,
  s64: 8,
  u64: 8,
  f64: 8,
};

const layouts = new WeakMap<Type, Layout>();

export function layoutOf(type: Type): Layout {
  let layout = layouts.get(type);
  if (layout === undefined) layouts.set(type, (layout = computeLayout(type)));
  return layout;
}

function computeLayout(type: Type): Layout {
  switch (type.kind) {
    case "string":
    case "list":
      return { size: 8, alignment: 4 };
    case "record":
    case "tuple":
      return fieldsOf(itemTypes(type)).layout;
    case "enum":
      return square(discriminantSize(type.cases.length));
    case "flags":
      return square(flagsSize(type.flags.length));
    case "variant":
    case "option":
    case "result": {
      const { offset, alignment, discriminant } = variantLayout(type);
      const payload = Math.max(0, ...caseTypes(type).map((each) => (each === undefined ? 0 : layoutOf(each).size)));
      const whole = Math.max(alignment, discriminant);
      return { size: aligned(offset + payload, whole), alignment: whole };
    }
    default:
      return square(widths[type.kind] ?? 4);
  }
}

/** Returns the offsets of the parts of a record or tuple, or of the parameters of a call. */
export function fieldsOf(types: readonly Type[]): { readonly offsets: readonly number[]; readonly layout: Layout } {
  const offsets: number[] = [];
  let end = 0;
  let alignment = 1;
  for (const type of types) {
    const each = layoutOf(type);
    const offset = aligned(end, each.alignment);
    offsets.push(offset);
    end = offset + each.size;
    alignment = Math.max(alignment, each.alignment);
  }
  return { offsets, layout: { size: aligned(end, alignment), alignment } };
}

export type CaseType = Extract<Type, { kind: "variant" | "option" | "result" }>;

/** Returns the payload types of a variant, option or result, in the order of the discriminants. */
export function caseTypes(type: CaseType): readonly (Type | undefined)[] {
  if (type.kind === "option") return [undefined, type.some];
  return type.kind === "result" ? [type.ok, type.err] : type.cases.map((each) => each.type);
}

/** Returns the payload's offset and alignment, and the size of the discriminant before it. */
export function variantLayout(type: CaseType): { offset: number; alignment: number; discriminant: number } {
  const cases = caseTypes(type);
  const discriminant = discriminantSize(cases.length);
  const alignment = Math.max(1, ...cases.map((each) => (each === undefined ? 1 : layoutOf(each).alignment)));
  return { offset: aligned(discriminant, alignment), alignment, discriminant };
}

/** Returns the size of a discriminant for a number of cases. */
export function discriminantSize(cases: number): 1 | 2 | 4 {
  if (cases <= 256) return 1;
  return cases <= 65_536 ? 2 : 4;
}

/** Returns the size of a number of flags. */
export function flagsSize(flags: number): 1 | 2 | 4 {
  if (flags <= 8) return 1;
  return flags <= 16 ? 2 : 4;
}

/** Returns the types of a record's fields or a tuple's items. */
export function itemTypes(type: Extract<Type, { kind: "record" | "tuple" }>): readonly Type[] {
  return type.kind === "record" ? type.fields.map((field) => field.type) : type.items;
}

const flats = new WeakMap<Type, readonly FlatType[]>();

/** Returns the core values that a type becomes where it is passed without memory; of one that is too large, the first. */
export function flatten(type: Type): readonly FlatType[] {
  let flat = flats.get(type);
  // One more than may be passed, so that what contains it is too large as well.
  if (flat === undefined) flats.set(type, (flat = computeFlat(type).slice(0, mostFlatParameters + 1)));
  return flat;
}

function computeFlat(type: Type): readonly FlatType[] {
  switch (type.kind) {
    case "string":
    case "list":
      return ["uint32", "uint32"];
    case "s64":
    case "u64":
      return ["uint64"];
    case "f32":
      return ["float32"];
    case "f64":
      return ["float64"];
    case "record":
    case "tuple":
      return itemTypes(type).flatMap(flatten);
    case "variant":
    case "option":
    case "result":
      return ["uint32", ...joined(caseTypes(type))];
    default:
      return ["uint32"];
  }
}

/** Returns core types that can hold the payload of each of the cases. */
function joined(cases: readonly (Type | undefined)[]): readonly FlatType[] {
  const all: FlatType[] = [];
  for (const each of cases) {
    for (const [index, flat] of (each === undefined ? [] : flatten(each)).entries()) {
      const before = all[index];
      all[index] = before === undefined ? flat : join(before, flat);
    }
  }
  return all;
}

function join(one: FlatType, other: FlatType): FlatType {
  if (one === other) return one;
  return [one, other].every((each) => each === "uint32" || each === "float32") ? "uint32" : "uint64";
}

/** How a function's parameters and result are passed: as core values, or in memory. */
export interface Flattened {
  /** The core types of the parameters, unless they are in memory. */
  readonly parameters: readonly FlatType[] | "memory";
  /** The core type of the result, `"memory"`, or none. */
  readonly result: FlatType | "memory" | undefined;
}

export function flattenFunction(type: FunctionType): Flattened {
  const parameters = type.parameters.flatMap((parameter) => flatten(parameter.type));
  const results = type.result === undefined ? [] : flatten(type.result);
  return {
    parameters: parameters.length > mostFlatParameters ? "memory" : parameters,
    result: results.length > 1 ? "memory" : results[0],
  };
}

function square(size: number): Layout {
  return { size, alignment: size };
}

function aligned(at: number, alignment: number): number {
  return Math.ceil(at / alignment) * alignment;
}
