/**
 * The type model: the Component Model's value types as plain, immutable objects.
 *
 * Source: component-model/design/mvp/WIT.md and Explainer.md. Names (`name`, `tag`) are WIT names in kebab-case; the
 * JavaScript names are derived from them by `names.ts`. Types are trees: a recursive type has a back edge
 * ({@link RecursiveType}) where it contains itself, and a resource's functions may mention the resource.
 */

export const primitives = [
  "bool",
  "s8",
  "u8",
  "s16",
  "u16",
  "s32",
  "u32",
  "s64",
  "u64",
  "f32",
  "f64",
  "char",
  "string",
] as const;

/** The kinds of types that are made from others, or that have parts of their own. */
export const composites = [
  "list",
  "option",
  "result",
  "tuple",
  "record",
  "variant",
  "enum",
  "flags",
  "own",
  "borrow",
  "stream",
  "future",
  "map",
  "json",
  "recursive",
] as const;

export type PrimitiveKind = (typeof primitives)[number];

export interface PrimitiveType<K extends PrimitiveKind = PrimitiveKind> {
  readonly kind: K;
}

export interface ListType<E extends Type = Type> {
  readonly kind: "list";
  readonly element: E;
  /**
   * Set by `t.own(t.bytes)`: whoever gives the bytes gives them up, so that their memory may move. Not part of the type as
   * the other side sees it.
   */
  readonly owned?: true;
}

export interface OptionType<S extends Type = Type> {
  readonly kind: "option";
  readonly some: S;
}

/** `result<ok, err>`; an absent side carries no value (`undefined`). */
export interface ResultType<
  O extends Type | undefined = Type | undefined,
  R extends Type | undefined = Type | undefined,
> {
  readonly kind: "result";
  readonly ok: O;
  readonly err: R;
}

export interface TupleType<I extends readonly Type[] = readonly Type[]> {
  readonly kind: "tuple";
  readonly items: I;
}

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly docs?: string | undefined;
}

/** `F` is the shape that the builder was given, by JavaScript name: for inference only, absent at run time. */
export interface RecordType<F extends Readonly<Record<string, Type>> = Readonly<Record<string, Type>>> {
  readonly kind: "record";
  readonly name: string;
  readonly fields: readonly Field[];
  readonly docs?: string | undefined;
  readonly "~fields"?: F;
}

export interface Case {
  readonly name: string;
  /** The type of the case's payload, if it has one. */
  readonly type?: Type | undefined;
  readonly docs?: string | undefined;
}

export interface VariantType<C extends Readonly<Record<string, Type | null>> = Readonly<Record<string, Type | null>>> {
  readonly kind: "variant";
  readonly name: string;
  readonly cases: readonly Case[];
  readonly docs?: string | undefined;
  readonly "~cases"?: C;
}

export interface Label {
  readonly name: string;
  readonly docs?: string | undefined;
}

/** @typeParam O `true` for an open enum, `undefined` otherwise: for inference only. */
export interface EnumType<N extends string = string, O extends true | undefined = true | undefined> {
  readonly kind: "enum";
  readonly name: string;
  readonly cases: readonly Label[];
  /** A value may also be a number that has no name here: an s32. So the other side may know more cases than this one. */
  readonly open?: O;
  readonly docs?: string | undefined;
  readonly "~names"?: N;
}

export interface FlagsType<N extends string = string> {
  readonly kind: "flags";
  readonly name: string;
  readonly flags: readonly Label[];
  readonly docs?: string | undefined;
  readonly "~names"?: N;
}

/**
 * A resource: values that stay on the side that created them and are passed by handle. The plugin implements a resource in
 * an exported interface, the host one among the imports.
 */
export interface ResourceType<R extends ResourceShape = ResourceShape> {
  readonly kind: "resource";
  readonly name: string;
  readonly constructs: FunctionType | undefined;
  readonly methods: readonly NamedFunction[];
  readonly statics: readonly NamedFunction[];
  readonly docs?: string | undefined;
  readonly "~shape"?: R;
}

/** The shape of a resource that the builder was given, by JavaScript name: for inference only. */
export interface ResourceShape {
  readonly constructs?: FunctionType | undefined;
  readonly methods?: Readonly<Record<string, FunctionType>> | undefined;
  readonly statics?: Readonly<Record<string, FunctionType>> | undefined;
}

export interface NamedFunction {
  readonly name: string;
  readonly type: FunctionType;
}

/** A handle that moves to the receiver. */
export interface OwnType<R extends ResourceType = ResourceType> {
  readonly kind: "own";
  readonly resource: R;
}

/** A handle that the receiver may use until the call returns. Allowed only in parameters. */
export interface BorrowType<R extends ResourceType = ResourceType> {
  readonly kind: "borrow";
  readonly resource: R;
}

export interface StreamType<E extends Type | undefined = Type | undefined> {
  readonly kind: "stream";
  readonly element: E;
}

export interface FutureType<V extends Type | undefined = Type | undefined> {
  readonly kind: "future";
  readonly value: V;
}

/** The kinds of types that a map's keys may have. */
export const mapKeys = ["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "char", "string"] as const;

/** `map<key, value>`: a `Map` in JavaScript. Each key occurs once; the order is that of insertion. */
export interface MapType<
  K extends PrimitiveType<(typeof mapKeys)[number]> = PrimitiveType<(typeof mapKeys)[number]>,
  V extends Type = Type,
> {
  readonly kind: "map";
  readonly key: K;
  readonly value: V;
}

/** Any value that JSON can express, nested at most {@link mostValueLevels} levels deep. It crosses as text. */
export interface JsonType {
  readonly kind: "json";
}

/**
 * A back edge: where a named type contains itself. What walks types sees no parts here, and goes on through `target` only if
 * it has not been there.
 *
 * @typeParam V the JavaScript value, which cannot be inferred: for inference only.
 */
export interface RecursiveType<V = any> {
  readonly kind: "recursive";
  /** The type that contains this one. Set as soon as that type is made. */
  readonly target: RecordType | VariantType;
  readonly "~value"?: V;
}

/** How many levels deep a JSON value may be nested, and how often a value of a recursive type may contain itself. */
export const mostValueLevels = 256;

/** The type of a value: of a parameter, a result or a field. */
export type Type =
  | PrimitiveType
  | ListType
  | OptionType
  | ResultType
  | TupleType
  | RecordType
  | VariantType
  | EnumType
  | FlagsType
  | OwnType
  | BorrowType
  | StreamType
  | FutureType
  | MapType
  | JsonType
  | RecursiveType;

/** Types that WIT declares by name. */
export type NamedType = RecordType | VariantType | EnumType | FlagsType | ResourceType;

export interface Parameter {
  readonly name: string;
  readonly type: Type;
}

export interface FunctionType<
  P extends readonly (readonly [string, Type])[] = readonly (readonly [string, Type])[],
  R extends Type | undefined = Type | undefined,
> {
  readonly kind: "function";
  readonly parameters: readonly Parameter[];
  readonly result: R;
  /** WIT's `async func`: the function may wait. A `func` can be called through `plugin.exports` as well. */
  readonly async: boolean;
  /** The other side may leave the function out. In WIT: `@unstable(feature = optional)`. */
  readonly optional: boolean;
  readonly docs?: string | undefined;
  readonly "~parameters"?: P;
}

/** A group of functions and resources. In WIT: an `interface`. */
export interface InterfaceType<
  M extends Readonly<Record<string, FunctionType | ResourceType>> = Readonly<
    Record<string, FunctionType | ResourceType>
  >,
> {
  readonly kind: "interface";
  /** The full id of an interface of another package, such as `wasi:cli/environment@0.2.0`. Absent for the contract's own. */
  readonly id?: string | undefined;
  /** By JavaScript name, in order of declaration. */
  readonly members: M;
  readonly docs?: string | undefined;
}

/** One import or export of a contract. */
export type Item = FunctionType | InterfaceType | ResourceType;
export type Items = Readonly<Record<string, Item>>;

/** A named type, and the interface that declares it (its name in kebab-case), or `undefined` for the world itself. */
export interface Declaration {
  readonly type: NamedType;
  readonly owner: string | undefined;
}

/**
 * A contract: what the plugin exports, and what it imports from the host. A WIT world.
 *
 * `id` is `namespace:package@version`, or `namespace:package/world@version` if the world's name differs from the package's.
 */
export interface Contract<I extends Items = Items, E extends Items = Items> {
  readonly id: string;
  readonly namespace: string;
  readonly package: string;
  readonly version: string | undefined;
  /** The world's name. */
  readonly world: string;
  readonly docs: string | undefined;
  readonly imports: I;
  readonly exports: E;
  /** Every named type that the contract uses, in the order in which WIT must declare them. */
  readonly declarations: readonly Declaration[];
}
