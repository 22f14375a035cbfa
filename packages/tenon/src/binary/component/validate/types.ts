import type { PrimitiveName } from "../decode/model.js";
import type { CoreModuleShape } from "./core-types.js";

/** One resource, compared by identity: two types are the same resource if they refer to the same object. */
export class Resource {}

/** The facts about every type: its number of parts including nested ones, its depth, and whether it uses resources. */
interface Measured {
  readonly size: number;
  readonly depth: number;
  readonly holdsResources: boolean;
}

/** The layout of a type's values in memory and as core values. */
export interface Layout {
  /** In bytes. */
  readonly bytes: number;
  readonly alignment: 1 | 2 | 4 | 8;
  /** The core types that a value flattens to; `undefined` for more than {@link mostFlat}. */
  readonly flat: readonly string[] | undefined;
  readonly holdsPointer: boolean;
  readonly holdsBorrow: boolean;
}

/** Values that flatten to more core values are passed through memory. */
export const mostFlat = 16;

/** A value type: a primitive by name, or a definition. Definitions are compared by identity: each name has its own. */
export type ResolvedType = PrimitiveName | ResolvedDefinition;

export interface ResolvedField {
  readonly name: string;
  readonly type: ResolvedType;
}

export interface ResolvedCase {
  readonly name: string;
  readonly type: ResolvedType | undefined;
}

/** A definition without its measurements. */
export type DefinitionShape =
  | { readonly kind: "primitive"; readonly type: PrimitiveName }
  | { readonly kind: "record"; readonly fields: readonly ResolvedField[] }
  | { readonly kind: "variant"; readonly cases: readonly ResolvedCase[] }
  | { readonly kind: "list"; readonly element: ResolvedType; readonly length: number | undefined }
  | { readonly kind: "map"; readonly key: ResolvedType; readonly value: ResolvedType }
  | { readonly kind: "tuple"; readonly items: readonly ResolvedType[] }
  | { readonly kind: "flags" | "enum"; readonly names: readonly string[] }
  | { readonly kind: "option"; readonly some: ResolvedType }
  | { readonly kind: "result"; readonly ok: ResolvedType | undefined; readonly err: ResolvedType | undefined }
  | { readonly kind: "own" | "borrow"; readonly resource: ResolvedResource }
  | { readonly kind: "stream" | "future"; readonly element: ResolvedType | undefined };

export type ResolvedDefinition = DefinitionShape & Measured & Layout;

/** A resource under one of its names. */
export interface ResolvedResource extends Measured {
  readonly kind: "resource";
  readonly resource: Resource;
}

export interface ResolvedFunction extends Measured {
  readonly kind: "function";
  readonly async: boolean;
  readonly parameters: readonly ResolvedField[];
  readonly result: ResolvedType | undefined;
}

/** The type of an instance. */
export interface ResolvedInstance extends Measured {
  readonly kind: "instance";
  readonly exports: ReadonlyMap<string, ResolvedItem>;
  /** Resources that are new in each instance of this type; empty for the type of an existing instance. */
  readonly fresh: readonly Resource[];
}

/** A resource, and the names that lead to it from the imports or exports. */
export interface ResourcePath {
  readonly resource: Resource;
  readonly path: readonly string[];
}

export interface ResolvedComponent extends Measured {
  readonly kind: "component";
  readonly imports: ReadonlyMap<string, ResolvedItem>;
  readonly exports: ReadonlyMap<string, ResolvedItem>;
  readonly importedResources: readonly ResourcePath[];
  /** Resources that are new in each instance of the component. */
  readonly definedResources: readonly ResourcePath[];
}

/** Any entry of the type index space. */
export type AnyType = ResolvedDefinition | ResolvedResource | ResolvedFunction | ResolvedInstance | ResolvedComponent;

/** An imported or exported item. */
export type ResolvedItem =
  | { readonly kind: "core-module"; readonly type: CoreModuleShape }
  | { readonly kind: "function"; readonly type: ResolvedFunction }
  /** `type` is the type that has this name now, `of` the one that it was made from. */
  | { readonly kind: "type"; readonly type: AnyType; readonly of: AnyType }
  | { readonly kind: "instance"; readonly type: ResolvedInstance }
  | { readonly kind: "component"; readonly type: ResolvedComponent };

/** A component's type, with every index resolved. */
export interface ComponentType {
  readonly imports: readonly { readonly name: string; readonly type: ResolvedItem }[];
  readonly exports: readonly { readonly name: string; readonly type: ResolvedItem }[];
}

export const primitiveLayouts: Readonly<Record<PrimitiveName, Layout>> = {
  bool: scalar(1, "i32"),
  s8: scalar(1, "i32"),
  u8: scalar(1, "i32"),
  s16: scalar(2, "i32"),
  u16: scalar(2, "i32"),
  s32: scalar(4, "i32"),
  u32: scalar(4, "i32"),
  s64: scalar(8, "i64"),
  u64: scalar(8, "i64"),
  f32: scalar(4, "f32"),
  f64: scalar(8, "f64"),
  char: scalar(4, "i32"),
  string: { ...scalar(8, "i32"), alignment: 4, flat: ["i32", "i32"], holdsPointer: true },
  "error-context": scalar(4, "i32"),
};

export function layoutOf(type: ResolvedType): Layout {
  return typeof type === "string" ? primitiveLayouts[type] : type;
}

function scalar(bytes: 1 | 2 | 4 | 8, flat: string): Layout {
  return { bytes, alignment: bytes, flat: [flat], holdsPointer: false, holdsBorrow: false };
}
