import { contractIdInvalid } from "../errors/factories/contract.js";
import { makeContract } from "./make.js";
import type {
  BorrowType,
  Contract,
  EnumType,
  FlagsType,
  FunctionType,
  FutureType,
  InterfaceType,
  Items,
  ListType,
  OptionType,
  OwnType,
  PrimitiveKind,
  PrimitiveType,
  RecordType,
  ResourceType,
  ResultType,
  StreamType,
  TupleType,
  Type,
  VariantType,
} from "./model.js";
import { kebab } from "./names.js";

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

  list: <const E extends Type>(element: E): ListType<E> => Object.freeze({ kind: "list", element }),

  /** `undefined` for none. An option of an option is `{tag: "some", val}` or `{tag: "none"}`. */
  option: <const S extends Type>(some: S): OptionType<S> => Object.freeze({ kind: "option", some }),

  /** Returned or thrown as the result of a function; elsewhere `{tag: "ok", val}` or `{tag: "err", val}`. */
  result: <const O extends Type | undefined = undefined, const R extends Type | undefined = undefined>(
    ok?: O,
    err?: R,
  ): ResultType<Given<O>, Given<R>> => Object.freeze({ kind: "result", ok: ok as Given<O>, err: err as Given<R> }),

  tuple: <const I extends readonly Type[]>(...items: I): TupleType<I> => Object.freeze({ kind: "tuple", items }),

  record: <const F extends Readonly<Record<string, Type>>>(
    name: string,
    fields: F,
    { docs }: Documented = {},
  ): RecordType<F> =>
    Object.freeze({
      kind: "record",
      name: kebab(name),
      fields: Object.entries(fields).map(([field, type]) => ({ name: kebab(field), type })),
      docs,
    }),

  /** `null` for a case without a payload. */
  variant: <const C extends Readonly<Record<string, Type | null>>>(
    name: string,
    cases: C,
    { docs }: Documented = {},
  ): VariantType<C> =>
    Object.freeze({
      kind: "variant",
      name: kebab(name),
      cases: Object.entries(cases).map(([tag, type]) => ({ name: tag, type: type ?? undefined })),
      docs,
    }),

  enum: <const N extends string>(name: string, cases: readonly N[], { docs }: Documented = {}): EnumType<N> =>
    Object.freeze({ kind: "enum", name: kebab(name), cases: cases.map((tag) => ({ name: tag })), docs }),

  /** An object of booleans; an absent one is false. */
  flags: <const N extends string>(name: string, flags: readonly N[], { docs }: Documented = {}): FlagsType<N> =>
    Object.freeze({ kind: "flags", name: kebab(name), flags: flags.map((flag) => ({ name: kebab(flag) })), docs }),

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
  }> =>
    Object.freeze({
      kind: "resource",
      name: kebab(name),
      constructs: shape.constructs === undefined ? undefined : t.func(shape.constructs),
      methods: named(shape.methods),
      statics: named(shape.statics),
      docs: shape.docs,
    }) as ResourceType<any>,

  /**
   * Who gives the value gives it up: an object of a resource, or bytes. Bytes that a caller passes or a function returns are
   * not copied then, but move to the other thread or process: use them no more. See docs/contract.md, "Bytes".
   */
  own: ((type: ResourceType | ListType<PrimitiveType<"u8">>) =>
    Object.freeze(
      type.kind === "list" ? { ...type, owned: true as const } : { kind: "own", resource: type },
    )) as unknown as {
    <const R extends ResourceType>(resource: R): OwnType<R>;
    (bytes: ListType<PrimitiveType<"u8">>): ListType<PrimitiveType<"u8">>;
  },
  borrow: <const R extends ResourceType>(resource: R): BorrowType<R> => Object.freeze({ kind: "borrow", resource }),

  /** An async iterable. A stream of `u8` is an async iterable of `Uint8Array` chunks. */
  stream: <const E extends Type | undefined = undefined>(element?: E): StreamType<Given<E>> =>
    Object.freeze({ kind: "stream", element: element as Given<E> }),

  /** A promise. */
  future: <const V extends Type | undefined = undefined>(value?: V): FutureType<Given<V>> =>
    Object.freeze({ kind: "future", value: value as Given<V> }),

  /** A function: its parameters in order, each with its name, then the result, if there is one. */
  func: <const P extends ParameterList, const R extends Type | undefined = undefined>(
    parameters: P,
    result?: R,
    { docs, async = false }: Documented & { async?: boolean } = {},
  ): FunctionType<P, Given<R>> & { readonly optional: false } =>
    Object.freeze({
      kind: "function",
      parameters: parameters.map(([name, type]) => ({ name: kebab(name), type })),
      result: result as Given<R>,
      async,
      optional: false,
      docs,
    }),

  /** A function that the other side may leave out: its type gains `undefined`. */
  optional: <const F extends FunctionType>(type: F): Omit<F, "optional"> & { readonly optional: true } =>
    Object.freeze({ ...type, optional: true }),

  /** A group of functions and resources: `exports.store.get(…)`. Resources are listed under their class name. */
  interface: <const M extends Readonly<Record<string, FunctionType | ResourceType>>>(
    members: M,
    { docs, id }: Documented & { id?: string } = {},
  ): InterfaceType<M> => Object.freeze({ kind: "interface", members, docs, id }),
};

/**
 * Declares a contract.
 *
 * @param id `namespace:package@version` or `namespace:package/world@version`.
 * @throws TENON_CONTRACT_INVALID when a name is not a valid WIT name or is declared twice, or a type is used where it is
 * not allowed.
 */
export function contract<const I extends Items = {}, const E extends Items = {}>(
  id: string,
  definition: { readonly imports?: I; readonly exports?: E; readonly docs?: string },
): Contract<I, E> {
  if (typeof id !== "string") throw contractIdInvalid(typeof id);
  return makeContract(id, (definition.imports ?? {}) as I, (definition.exports ?? {}) as E, definition.docs);
}

function named(functions: Readonly<Record<string, FunctionType>> | undefined) {
  return Object.entries(functions ?? {}).map(([name, type]) => ({ name: kebab(name), type }));
}
