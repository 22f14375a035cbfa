import type { JsonValue } from "../json/json-value.js";
import type {
  BorrowType,
  Contract,
  EnumType,
  FlagsType,
  FunctionType,
  FutureType,
  InterfaceType,
  JsonType,
  ListType,
  MapType,
  OptionType,
  OwnType,
  PrimitiveType,
  RecordType,
  RecursiveType,
  ResourceType,
  ResultType,
  StreamType,
  TupleType,
  Type,
  VariantType,
} from "./model.js";

/**
 * From contract to TypeScript. There are three views of a contract, which differ only in what functions return: `async`
 * (for a caller through `plugin.exports`), `sync` (for a caller through `plugin.sync`), and `implement` (for the side that
 * implements the functions, and may return a value or a promise).
 */
export type View = "async" | "sync" | "implement";

interface PrimitiveValues {
  bool: boolean;
  s8: number;
  u8: number;
  s16: number;
  u16: number;
  s32: number;
  u32: number;
  s64: bigint;
  u64: bigint;
  f32: number;
  f64: number;
  char: string;
  string: string;
}

/** The shape of a recursive type whose value was given, as `t.recursive<Tree>(…)`: for inference only. */
export type Recursion<V> = Readonly<Record<"~value", RecursiveType<V>>>;

type Simplify<T> = { [K in keyof T]: T[K] } & {};

/** The JavaScript value of a type. See docs/contract.md, "JavaScript mapping". */
export type Value<T, V extends View = "async"> = [Type] extends [T] ? any : ValueOf<T, V>;

type ValueOf<T, V extends View> =
  T extends PrimitiveType<infer K>
    ? PrimitiveValues[K]
    : T extends ListType<infer E>
      ? E extends PrimitiveType<"u8">
        ? Uint8Array
        : Value<E, V>[]
      : T extends OptionType<infer S>
        ? OptionValue<S, V>
        : T extends ResultType<infer O, infer R>
          ? { tag: "ok"; val: Value<O, V> } | { tag: "err"; val: Value<R, V> }
          : T extends TupleType<infer I>
            ? { -readonly [K in keyof I]: Value<I[K], V> }
            : T extends RecordType<infer F>
              ? F extends Recursion<infer W>
                ? W
                : RecordValue<F, V>
              : T extends VariantType<infer C>
                ? C extends Recursion<infer W>
                  ? W
                  : {
                      [K in keyof C & string]: C[K] extends Type
                        ? { tag: K; val: Value<C[K], V> }
                        : { tag: K; val?: undefined };
                    }[keyof C & string]
                : T extends EnumType<infer N, infer O>
                  ? N | (O extends true ? number : never)
                  : T extends FlagsType<infer N>
                    ? { [K in N]?: boolean }
                    : T extends OwnType<infer R>
                      ? Handle<R, V>
                      : T extends BorrowType<infer R>
                        ? Handle<R, V>
                        : T extends StreamType<infer E>
                          ? AsyncIterable<E extends PrimitiveType<"u8"> ? Uint8Array : Value<E, V>>
                          : T extends FutureType<infer F>
                            ? Promise<Value<F, V>>
                            : T extends MapType<infer K, infer M>
                              ? Map<Value<K, V>, Value<M, V>>
                              : T extends JsonType
                                ? JsonValue
                                : T extends RecursiveType<infer W>
                                  ? W
                                  : T extends undefined
                                    ? undefined
                                    : unknown;

type OptionValue<S, V extends View> = S extends OptionType
  ? { tag: "some"; val: Value<S, V> } | { tag: "none" }
  : Value<S, V> | undefined;

type OptionalKeys<F> = {
  [K in keyof F]: F[K] extends OptionType<infer S> ? (S extends OptionType ? never : K) : never;
}[keyof F];

type RecordValue<F, V extends View> = Simplify<
  { [K in Exclude<keyof F, OptionalKeys<F>>]: Value<F[K], V> } & { [K in OptionalKeys<F>]?: Value<F[K], V> }
>;

/**
 * What a call carries beside its parameters: W3C trace context (`traceparent`, `tracestate`, `baggage`) and a few keys of your own,
 * such as a tenant. Keys consist of `a-z`, `0-9`, `_`, `.` and `-`.
 */
export type Metadata = Readonly<Record<string, string>>;

/** What an implementation can know about a call: its last parameter, if it declares one more than the contract. */
export interface Call {
  /** Aborted when the call is cancelled: by the caller's signal, at the deadline, or because the plugin is closed. */
  readonly signal: AbortSignal;
  /** What the caller gave the call beside its parameters, and what it inherited from the call that made it. Frozen. */
  readonly metadata: Metadata;
  /** When the call ends at the latest, in milliseconds since the epoch; `undefined` if it has no deadline. */
  readonly deadline: number | undefined;
}

/** The view of a parameter: an implementation receives handles, while a caller may pass handles or its own objects. */
type Passed<V extends View> = V extends "implement" ? "async" : "implement";

type Parameters_<P, V extends View> = P extends readonly (readonly [string, Type])[]
  ? { -readonly [K in keyof P]: P[K] extends readonly [string, infer T] ? Value<T, Passed<V>> : never }
  : never;

// `void` is a default, because a conditional type cannot spell it.
type Returned<R, V extends View, Nothing = void> =
  R extends ResultType<infer O, any>
    ? O extends Type
      ? Value<O, V>
      : Nothing
    : R extends Type
      ? Value<R, V>
      : Nothing;

type Answer<T, V extends View> = V extends "sync" ? T : Promise<T>;

/** What an implementation may return. Whatever a function without a result returns is ignored. */
type Implemented<N, R> =
  R extends ResultType<infer O, any>
    ? Returns<N, O extends Type ? Value<O, "implement"> : void>
    : R extends Type
      ? Returns<N, Value<R, "implement">>
      : unknown;

/** What the function called `N` returns, as its author writes it. */
export type Returns<_N, R> = R | Promise<R>;
/** The function called `N`, as its author writes it. The name is there for the compiler's messages. */
export type Implements<_N, P extends readonly unknown[], R> = (...parameters: [...P, call: Call]) => R;

/** A function of the contract. A `result` in return position is returned or thrown. `N` is its name, for messages. */
export type Func<F, V extends View = "async", N = string> =
  F extends FunctionType<infer P, infer R>
    ? V extends "implement"
      ? Implements<N, Parameters_<P, V>, Implemented<N, R>>
      : (...parameters: Parameters_<P, V>) => Answer<Returned<R, V>, V>
    : never;

type Shape<R> = R extends ResourceType<infer S> ? S : never;
type Functions<M, V extends View> = { [K in keyof M]: Func<M[K], V, K> };
type MethodsOf<S, V extends View> = S extends { methods: infer M } ? Functions<M, V> : {};
type StaticsOf<S, V extends View> = S extends { statics: infer M }
  ? Functions<S extends { constructs: FunctionType<any, any> } ? BesideNew<M> : M, V>
  : {};
// Of a class with a constructor, `new` is that.
type BesideNew<M> = { [K in keyof M as K extends "new" ? "new_" : K]: M[K] };

type Disposal<V extends View> = V extends "async"
  ? { [Symbol.asyncDispose](): Promise<void>; [Symbol.dispose](): void }
  : V extends "sync"
    ? { [Symbol.dispose](): void }
    : { [Symbol.dispose]?(): void };

/** A value of a resource: an object with the methods. Release it with `using` or `await using`. */
export type Handle<R, V extends View = "async"> = MethodsOf<Shape<R>, V> & Disposal<V>;

/** A resource as a member of an interface: a class. Through `plugin.exports`, use `Counter.new(…)` for `new Counter(…)`. */
export type ResourceClass<R, V extends View = "async"> = StaticsOf<Shape<R>, V> & Construction<R, Shape<R>, V>;

type Construction<R, S, V extends View> = S extends { constructs: FunctionType<infer P, any> }
  ? V extends "async"
    ? { new: (...parameters: Parameters_<P, V>) => Promise<Handle<R, V>> }
    : { new (...parameters: Parameters_<P, V>): Handle<R, V> }
  : {};

type OptionalNames<I> = { [K in keyof I]: I[K] extends { readonly optional: true } ? K : never }[keyof I];

type Member<T, V extends View, N> = T extends FunctionType
  ? Func<T, V, N>
  : T extends ResourceType
    ? ResourceClass<T, V>
    : T extends InterfaceType<infer M>
      ? Bound<M, V>
      : never;

/** All items of an import or export list as one object. */
export type Bound<I, V extends View = "async"> = Simplify<
  { [K in Exclude<keyof I, OptionalNames<I>>]: Member<I[K], V, K> } & { [K in OptionalNames<I>]?: Member<I[K], V, K> }
>;

/** The exports of a plugin that was opened without a contract, or with one that the compiler does not know: WIT or JSON. */
export type UntypedExports = Readonly<Record<string, any>>;

type Exported<E, V extends View> = string extends keyof E ? UntypedExports : Bound<E, V>;

/** The type of `plugin.exports` for a contract. */
export type Exports<C> = C extends Contract<any, infer E> ? Exported<E, "async"> : never;
/** The type of `plugin.sync` for a contract. */
export type SyncExports<C> = C extends Contract<any, infer E> ? Exported<E, "sync"> : never;
/** What a plugin author writes for a contract. */
export type Implementation<C> = C extends Contract<any, infer E> ? Bound<E, "implement"> : never;
/** What the host's user passes as `imports`. */
export type Imports<C> = C extends Contract<infer I, any> ? Bound<I, "implement"> : never;
/** What a plugin author calls as `context.imports`. */
export type ImportedFunctions<C> = C extends Contract<infer I, any> ? Bound<I, "async"> : never;
/** What a plugin author calls as `context.sync`. */
export type ImportedSyncFunctions<C> = C extends Contract<infer I, any> ? Bound<I, "sync"> : never;
