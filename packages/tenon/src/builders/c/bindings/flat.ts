import type { FunctionType, Type } from "../../../contract/index.js";
import { contains } from "../../../contract/model/reach.js";

/** A core type, by the name that WebAssembly gives it. */
export type CoreType = "i32" | "i64" | "f32" | "f64";

/** More parameters than these are passed in memory. Source: Component Model, CanonicalABI.md, "Flattening". */
const mostFlatParameters = 16;

/** A type whose values are one of several cases. */
export type ChoiceType = Extract<Type, { kind: "variant" | "option" | "result" }>;

/** A type whose values have several parts. */
export type ProductType = Extract<Type, { kind: "record" | "tuple" }>;

/** Returns the payload types of the cases, in the order of their discriminants. */
export function payloads(type: ChoiceType): readonly (Type | undefined)[] {
  if (type.kind === "option") return [undefined, type.some];
  return type.kind === "result" ? [type.ok, type.err] : type.cases.map((each) => each.type);
}

/** Returns the types of a record's fields or a tuple's items. */
export function parts(type: ProductType): readonly Type[] {
  return type.kind === "record" ? type.fields.map((field) => field.type) : type.items;
}

const flats = new WeakMap<Type, readonly CoreType[]>();

/**
 * Returns the core types that a value is passed as; of one that is too large to be passed so, the first. Source: Component
 * Model, CanonicalABI.md, "Flattening".
 */
export function flatten(type: Type): readonly CoreType[] {
  let flat = flats.get(type);
  // One more than may be passed, so that what contains it is too large as well.
  if (flat === undefined) flats.set(type, (flat = computeFlat(type).slice(0, mostFlatParameters + 1)));
  return flat;
}

function computeFlat(type: Type): readonly CoreType[] {
  switch (type.kind) {
    case "string":
    case "list":
      return ["i32", "i32"];
    case "s64":
    case "u64":
      return ["i64"];
    case "f32":
    case "f64":
      return [type.kind];
    case "record":
    case "tuple":
      return parts(type).flatMap(flatten);
    case "variant":
    case "option":
    case "result":
      return ["i32", ...joined(payloads(type))];
    case "flags":
      return new Array<CoreType>(Math.ceil(type.flags.length / 32)).fill("i32");
    default:
      return ["i32"];
  }
}

/** Returns core types that can hold the payload of each of the cases. */
function joined(cases: readonly (Type | undefined)[]): readonly CoreType[] {
  const all: CoreType[] = [];
  for (const each of cases) {
    for (const [index, flat] of (each === undefined ? [] : flatten(each)).entries()) {
      const before = all[index];
      all[index] = before === undefined ? flat : join(before, flat);
    }
  }
  return all;
}

function join(one: CoreType, other: CoreType): CoreType {
  if (one === other) return one;
  return [one, other].every((each) => each === "i32" || each === "f32") ? "i32" : "i64";
}

/** How a function's values are passed: as core values, or in memory. */
export interface Passing {
  readonly parameters: readonly CoreType[] | "memory";
  readonly result: CoreType | "memory" | undefined;
}

export function passing(type: FunctionType): Passing {
  const parameters = type.parameters.flatMap((parameter) => flatten(parameter.type));
  const results = type.result === undefined ? [] : flatten(type.result);
  return {
    parameters: parameters.length > mostFlatParameters ? "memory" : parameters,
    result: results.length > 1 ? "memory" : results[0],
  };
}

/** Whether a value of the type points to other memory: to strings or list items. */
export const hasPointers = contains(({ kind }) => kind === "string" || kind === "list", "own");
