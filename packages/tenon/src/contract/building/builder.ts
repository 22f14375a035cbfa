import { contractIdInvalid, definitionInvalid } from "../../errors/factories/contract.js";
import type { Recursion } from "../model/infer.js";
import { makeContract } from "../model/make.js";
import {
  type BorrowType,
  type Contract,
  type EnumType,
  type FlagsType,
  type FunctionType,
  type FutureType,
  type InterfaceType,
  type Items,
  type JsonType,
  type ListType,
  type MapType,
  mapKeys,
  type OptionType,
  type OwnType,
  type PrimitiveKind,
  type PrimitiveType,
  type RecordType,
  type RecursiveType,
  type ResourceType,
  type ResultType,
  type StreamType,
  type TupleType,
  type Type,
  type VariantType,
} from "../model/model.js";
import { kebab } from "../model/names.js";
import {
  expectFunction,
  expectFunctions,
  expectItems,
  expectMembers,
  expectName,
  expectNames,
  expectObject,
  expectOptionalType,
  expectOptions,
  expectParameters,
  expectResource,
  expectType,
  found,
} from "./expect.js";

const primitive = <K extends PrimitiveKind>(kind: K): PrimitiveType<K> => Object.freeze({ kind });

interface Documented {
  readonly docs?: string;
}

/**
 * The type itself, in a place where nothing is inferred from it. An argument that was left out takes its default and not
 * the type that the surrounding code expects, so `t.func([])` in a contract has no result instead of any.
 */
type Given<T> = [T] extends [infer U extends T] ? U : never;

type ParameterList = readonly (readonly [string, Type])[];

/**
 * Builds the types of a contract. Each member returns a plain object of the type model. Its TypeScript type says what the
 * JavaScript value is, so the types of calls and implementations are inferred from the contract.
 *
 * ```ts
 * const person = t.record("person", { name: t.string, age: t.option(t.u8) });
 * const find = t.func([["name", t.string]], t.result(person, t.string), { docs: "Looks a person up." });
 * ```
 *
 * Write keys and parameter names as in JavaScript (`firstName`), and the cases of a variant or enum as in values
 * (`not-found`).
 */
export const t = {
  bool: primitive("bool"),
  s8: primitive("s8"),
  u8: primitive("u8"),
  s16: primitive("s16"),
  u16: primitive("u16"),
  s32: primitive("s32"),
  u32: primitive("u32"),
  /** A `bigint` in JavaScript. */
  s64: primitive("s64"),
  /** A `bigint` in JavaScript. */
  u64: primitive("u64"),
  f32: primitive("f32"),
  f64: primitive("f64"),
  /** One Unicode scalar value, as a string. */
  char: primitive("char"),
  string: primitive("string"),
  /** `list<u8>`: a `Uint8Array`. */
  bytes: Object.freeze({ kind: "list", element: primitive("u8") }) as ListType<PrimitiveType<"u8">>,

  list: <const E extends Type>(element: E): ListType<E> => {
    expectType(element, "t.list()");
    return Object.freeze({ kind: "list", element });
  },

  /** `undefined` for none. An option of an option is `{tag: "some", val}` or `{tag: "none"}`. */
  option: <const S extends Type>(some: S): OptionType<S> => {
    expectType(some, "t.option()");
    return Object.freeze({ kind: "option", some });
  },

  /** Returned or thrown as the result of a function; elsewhere `{tag: "ok", val}` or `{tag: "err", val}`. */
  result: <const O extends Type | undefined = undefined, const R extends Type | undefined = undefined>(
    ok?: O,
    err?: R,
  ): ResultType<Given<O>, Given<R>> => {
    expectOptionalType(ok, "t.result(): the value");
    expectOptionalType(err, "t.result(): the error");
    return Object.freeze({ kind: "result", ok: ok as Given<O>, err: err as Given<R> });
  },

  tuple: <const I extends readonly Type[]>(...items: I): TupleType<I> => {
    for (const [index, item] of items.entries()) expectType(item, `t.tuple(): item ${index + 1}`);
    return Object.freeze({ kind: "tuple", items });
  },

  record: <const F extends Readonly<Record<string, Type>>>(
    name: string,
    fields: F,
    options: Documented = {},
  ): RecordType<F> => {
    const where = named("record", name, options);
    expectObject(fields, where, "types");
    for (const [field, type] of Object.entries(fields)) expectType(type, `${where}: field "${field}"`);
    return Object.freeze({
      kind: "record",
      name: kebab(name),
      fields: Object.entries(fields).map(([field, type]) => ({ name: kebab(field), type })),
      docs: options.docs,
    });
  },

  /** `null` for a case without a payload. */
  variant: <const C extends Readonly<Record<string, Type | null>>>(
    name: string,
    cases: C,
    options: Documented = {},
  ): VariantType<C> => {
    const where = named("variant", name, options);
    expectObject(cases, where, "types");
    for (const [tag, type] of Object.entries(cases)) if (type !== null) expectType(type, `${where}: case "${tag}"`);
    return Object.freeze({
      kind: "variant",
      name: kebab(name),
      cases: Object.entries(cases).map(([tag, type]) => ({ name: tag, type: type ?? undefined })),
      docs: options.docs,
    });
  },

  /**
   * One of the cases. A value of an open enum may also be a number, an s32: a case that has no name here, such as one that the
   * other side's newer version knows.
   */
  enum: <const N extends string, const O extends boolean | undefined = undefined>(
    name: string,
    cases: readonly N[],
    options: Documented & { open?: O } = {},
  ): EnumType<N, O extends true ? true : undefined> => {
    expectNames(cases, `${named("enum", name, options, ["docs", "open"])}: case`);
    return Object.freeze({
      kind: "enum",
      name: kebab(name),
      cases: cases.map((tag) => ({ name: tag })),
      ...(options.open === true ? { open: true } : {}),
      docs: options.docs,
    }) as EnumType<N, O extends true ? true : undefined>;
  },

  /** An object of booleans; an absent one is false. */
  flags: <const N extends string>(name: string, flags: readonly N[], options: Documented = {}): FlagsType<N> => {
    expectNames(flags, `${named("flags", name, options)}: flag`);
    return Object.freeze({
      kind: "flags",
      name: kebab(name),
      flags: flags.map((flag) => ({ name: kebab(flag) })),
      docs: options.docs,
    });
  },

  /** A `Map`. Its keys are integers, booleans, characters or text. */
  map: <const K extends MapType["key"], const V extends Type>(key: K, value: V): MapType<K, V> => {
    expectType(key, "t.map(): key");
    expectType(value, "t.map(): value");
    if (!(mapKeys as readonly string[]).includes(key.kind))
      throw definitionInvalid("t.map(): key", `one of ${mapKeys.map((kind) => `t.${kind}`).join(", ")}`, found(key));
    return Object.freeze({ kind: "map", key, value });
  },

  /** Any value that JSON can express (`JsonValue`), nested at most 256 levels deep. */
  json: Object.freeze({ kind: "json" }) as JsonType,

  /**
   * A record or variant that contains itself: `self` stands for it inside its own definition. TypeScript cannot infer its
   * value, which is `any` where it contains itself, unless you name it.
   *
   * ```ts
   * interface Tree { label: string; children: Tree[] }
   * const tree = t.recursive<Tree>((self) => t.record("tree", { label: t.string, children: t.list(self) }));
   * ```
   *
   * @throws TENON_CONTRACT_INVALID if the definition is not a record or variant.
   */
  recursive: ((define: (self: RecursiveType) => RecordType | VariantType) => {
    if (typeof define !== "function")
      throw definitionInvalid("t.recursive()", "a function of the type itself", found(define));
    const self = { kind: "recursive", target: undefined as RecordType | VariantType | undefined };
    const type = define(self as RecursiveType);
    if (type?.kind !== "record" && type?.kind !== "variant")
      throw definitionInvalid("t.recursive()", "a function that returns a record or variant", found(type));
    self.target = type;
    Object.freeze(self);
    return type;
  }) as {
    <const T extends RecordType | VariantType>(define: (self: RecursiveType) => T): T;
    <V>(define: (self: RecursiveType<V>) => RecordType | VariantType): RecordType<Recursion<V>>;
  },

  /**
   * A class whose objects stay on the side that implements it: the plugin if it is in an exported interface, the host if it
   * is among the imports. `constructs` lists the constructor's parameters.
   */
  resource: <
    const M extends Readonly<Record<string, FunctionType>> = {},
    const S extends Readonly<Record<string, FunctionType>> = {},
    const P extends ParameterList | undefined = undefined,
  >(
    name: string,
    shape: { constructs?: P; methods?: M; statics?: S } & Documented,
  ): ResourceType<{
    methods: Given<M>;
    statics: Given<S>;
    constructs: Given<P> extends infer L extends ParameterList ? FunctionType<L, undefined> : undefined;
  }> => {
    const where = named("resource", name, {});
    expectObject(shape, where, "methods, statics and constructs");
    expectOptions(shape, where, ["constructs", "methods", "statics", "docs"]);
    if (shape.constructs !== undefined) expectParameters(shape.constructs, `${where}: constructs`);
    return Object.freeze({
      kind: "resource",
      name: kebab(name),
      constructs: shape.constructs === undefined ? undefined : t.func(shape.constructs),
      methods: functions(shape.methods, `${where}: methods`),
      statics: functions(shape.statics, `${where}: statics`),
      docs: shape.docs,
    }) as ResourceType<any>;
  },

  /**
   * Who gives the value gives it up: an object of a resource, or bytes. Bytes that a caller passes or a function returns are
   * not copied then, but move to the other thread or process: use them no more. See docs/contract.md, "Bytes".
   */
  own: ((type: ResourceType | ListType<PrimitiveType<"u8">>) => {
    if (type?.kind === "list" && type.element.kind === "u8") return Object.freeze({ ...type, owned: true as const });
    expectResource(type, "t.own()");
    return Object.freeze({ kind: "own", resource: type });
  }) as unknown as {
    <const R extends ResourceType>(resource: R): OwnType<R>;
    (bytes: ListType<PrimitiveType<"u8">>): ListType<PrimitiveType<"u8">>;
  },
  borrow: <const R extends ResourceType>(resource: R): BorrowType<R> => {
    expectResource(resource, "t.borrow()");
    return Object.freeze({ kind: "borrow", resource });
  },

  /** An async iterable. A stream of `u8` is an async iterable of `Uint8Array` chunks. */
  stream: <const E extends Type | undefined = undefined>(element?: E): StreamType<Given<E>> => {
    expectOptionalType(element, "t.stream()");
    return Object.freeze({ kind: "stream", element: element as Given<E> });
  },

  /** A promise. */
  future: <const V extends Type | undefined = undefined>(value?: V): FutureType<Given<V>> => {
    expectOptionalType(value, "t.future()");
    return Object.freeze({ kind: "future", value: value as Given<V> });
  },

  /** A function: its parameters in order, each with its name, then the result, if there is one. */
  func: <const P extends ParameterList, const R extends Type | undefined = undefined>(
    parameters: P,
    result?: R,
    options: Documented & { async?: boolean } = {},
  ): FunctionType<P, Given<R>> & { readonly optional: false } => {
    expectParameters(parameters, "t.func()");
    expectOptionalType(result, "t.func(): result");
    expectOptions(options, "t.func(): options", ["docs", "async"]);
    return Object.freeze({
      kind: "function",
      parameters: parameters.map(([name, type]) => ({ name: kebab(name), type })),
      result: result as Given<R>,
      async: options.async ?? false,
      optional: false,
      docs: options.docs,
    });
  },

  /** A function that the other side may leave out: its type gains `undefined`. */
  optional: <const F extends FunctionType>(type: F): Omit<F, "optional"> & { readonly optional: true } => {
    expectFunction(type, "t.optional()");
    return Object.freeze({ ...type, optional: true });
  },

  /** A group of functions and resources: `exports.store.get(…)`. Resources are listed under their class name. */
  interface: <const M extends Readonly<Record<string, FunctionType | ResourceType>>>(
    members: M,
    options: Documented & { id?: string } = {},
  ): InterfaceType<M> => {
    expectMembers(members, "t.interface()");
    expectOptions(options, "t.interface(): options", ["docs", "id"]);
    return Object.freeze({ kind: "interface", members, docs: options.docs, id: options.id });
  },
};

/**
 * Declares a contract.
 *
 * @param id `namespace:package@version` or `namespace:package/world@version`.
 * @throws TENON_CONTRACT_INVALID when a name is not a valid WIT name or is declared twice, or a type is used where it is
 * not allowed, or an argument has the wrong form.
 */
export function contract<const I extends Items = {}, const E extends Items = {}>(
  id: string,
  definition: { readonly imports?: I; readonly exports?: E; readonly docs?: string },
): Contract<I, E> {
  if (typeof id !== "string") throw contractIdInvalid(typeof id);
  const where = `contract ${id}`;
  expectObject(definition, where, "imports and exports");
  expectOptions(definition, where, ["imports", "exports", "docs"]);
  const { imports = {} as I, exports = {} as E, docs } = definition;
  expectItems(imports, `${where}: imports`);
  expectItems(exports, `${where}: exports`);
  return makeContract(id, imports, exports, docs);
}

/** Checks what every named type has. Returns how messages call it. */
function named(kind: string, name: unknown, options: unknown, known: readonly string[] = ["docs"]): string {
  expectName(name, `t.${kind}(): name`);
  const where = `t.${kind}("${name.slice(0, 100)}")`;
  expectOptions(options, `${where}: options`, known);
  return where;
}

function functions(given: Readonly<Record<string, FunctionType>> | undefined, where: string) {
  if (given === undefined) return [];
  expectFunctions(given, where);
  return Object.entries(given).map(([name, type]) => ({ name: kebab(name), type }));
}
