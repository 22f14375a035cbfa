import type { Contract, Func, FunctionType, InterfaceType, Items, ResultType, Type } from "../contract/core.js";
import type { TenonError } from "../errors/index.js";
import type { DirectCall } from "./point-direct.js";

/**
 * How a point calls its plugins. `series`: one after the other. `parallel`: all at the same time. `first`: in order, until
 * one returns something. `waterfall`: in order, each transforming the result of the one before.
 */
export type PointMode = "series" | "parallel" | "first" | "waterfall";

type Timing = "async" | "sync";

/**
 * One plugin at an extension point, as the point sees it. The handle that `open` returns is one.
 */
export interface PointMember {
  readonly name: string;
  readonly version: string | undefined;
  /** Higher comes first. */
  readonly priority: number;
  /** The plugins that must come before this one: name to semantic version range. */
  readonly requires: Readonly<Record<string, string>>;
  /** The asynchronous functions, by JavaScript name. */
  readonly exports: any;
  /** The same functions, called synchronously. */
  readonly sync: any;
  readonly state: "opening" | "active" | "resting" | "draining" | "closed" | "crashed";
  /**
   * Returns a function by {@link Signature.path}, or `undefined` if the plugin does not implement it. The function checks
   * parameters and result, and returns the value itself if the plugin does, otherwise a promise. It stays the same while
   * the plugin is at the point, even if the instance is swapped; if a swap changes which optional functions exist, the
   * host calls `refresh()` on the point.
   */
  callable(path: string): ((...parameters: any[]) => unknown) | undefined;
  /** The short path of the same function, if it has one: it makes a point of many plugins hardly slower than the calls alone. */
  direct?(path: string): DirectCall | undefined;
}

/**
 * What a point does if a plugin fails. `stop`: the call fails with TENON_POINT_FAILED. `skip`: the plugin is skipped in
 * this call. `default`: the given value is used as its result.
 */
export type FailurePolicy<C extends Contract<any, any>> =
  | { readonly onFailure?: "stop" | "skip" | undefined; readonly default?: undefined }
  | {
      readonly onFailure: "default";
      /** By function. Functions without a result, and those whose result is an option, need no default. */
      readonly default: Defaults<C>;
    };

/** The call in which a plugin failed. */
export interface FailedCall {
  /** `greet`, `store.get`. */
  readonly function: string;
  readonly mode: PointMode;
}

export type PointOptions<C extends Contract<any, any> = Contract> = FailurePolicy<C> & {
  /**
   * Called for every failure of a plugin, whatever the policy. `call` is undefined if the plugin is left out because a
   * plugin that it requires is missing. An exception thrown here fails the call.
   */
  readonly onMemberFailure?: ((member: PointMember, error: unknown, call: FailedCall | undefined) => void) | undefined;
};

type ExportsOf<C> = C extends Contract<any, infer E> ? E : never;
type ParametersOf<F, T extends Timing> = Func<F, T> extends (...parameters: infer P) => any ? P : never;
type AnswerOf<F, T extends Timing> =
  Func<F, T> extends (...parameters: any) => infer R
    ? T extends "async"
      ? R extends Promise<infer A>
        ? Settled<A>
        : never
      : R
    : never;
// A promise of a future's promise is one promise.
type Settled<A> = A extends Promise<infer B> ? B : A;
type Later<A, T extends Timing> = T extends "async" ? Promise<A> : A;
// biome-ignore lint/suspicious/noConfusingVoidType: it is the return type of a function without result
type Collected<A> = [A] extends [void] ? void : A[];

type ResultOf<F> = F extends FunctionType<any, infer R> ? (R extends ResultType<infer O, any> ? O : R) : undefined;
type FirstParameter<F> =
  F extends FunctionType<infer P, any>
    ? P extends readonly [readonly [string, infer A], ...any[]]
      ? A
      : never
    : never;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Whether a mode makes sense for a function. */
type Offered<F, M extends PointMode> = M extends "first"
  ? ResultOf<F> extends Type
    ? true
    : false
  : M extends "waterfall"
    ? [FirstParameter<F>] extends [never]
      ? false
      : Same<FirstParameter<F>, ResultOf<F>>
    : true;

type Called<F, M extends PointMode, T extends Timing> = M extends "series" | "parallel"
  ? (...parameters: ParametersOf<F, T>) => Later<Collected<AnswerOf<F, T>>, T>
  : M extends "first"
    ? (...parameters: ParametersOf<F, T>) => Later<AnswerOf<F, T> | undefined, T>
    : (...parameters: ParametersOf<F, T>) => Later<AnswerOf<F, T>, T>;

type Functions<I, M extends PointMode, T extends Timing> = {
  readonly [K in keyof I as I[K] extends FunctionType ? (Offered<I[K], M> extends true ? K : never) : never]: Called<
    I[K],
    M,
    T
  >;
};

type Grouped<I, M extends PointMode, T extends Timing> = Functions<I, M, T> & {
  readonly [K in keyof I as I[K] extends InterfaceType ? K : never]: I[K] extends InterfaceType<infer N>
    ? Functions<N, M, T>
    : never;
};

type NeedsDefault<F> =
  ResultOf<F> extends infer R ? (R extends { readonly kind: "option" } ? false : R extends Type ? true : false) : false;
type DefaultValues<I> = {
  readonly [K in keyof I as I[K] extends FunctionType
    ? NeedsDefault<I[K]> extends true
      ? K
      : never
    : never]: AnswerOf<I[K], "async">;
} & {
  readonly [K in keyof I as I[K] extends FunctionType
    ? NeedsDefault<I[K]> extends true
      ? never
      : K
    : never]?: AnswerOf<I[K], "async">;
};
type GroupsOf<I> = { [K in keyof I]: I[K] extends InterfaceType ? K : never }[keyof I];

/** The values to use as the result of a plugin that failed, by function. */
export type Defaults<C> =
  Items extends ExportsOf<C>
    ? any
    : DefaultValues<ExportsOf<C>> & {
        readonly [K in GroupsOf<ExportsOf<C>>]: ExportsOf<C>[K] extends InterfaceType<infer N>
          ? DefaultValues<N>
          : never;
      };

/** The functions of a contract, called over all plugins of a point in one mode. */
export type PointFunctions<C, M extends PointMode, T extends Timing = "async"> =
  Items extends ExportsOf<C> ? any : Grouped<ExportsOf<C>, M, T>;

/** The functions of a point by mode. Resources belong to one plugin, so they and their functions are not included. */
export interface PointCalls<C extends Contract<any, any> = Contract> {
  /** Calls one plugin after the other and returns the results in order. A function without a result collects nothing. */
  readonly series: PointFunctions<C, "series">;
  /**
   * Calls all plugins at the same time and returns the results in order. Waits for all of them even if one fails, so that
   * no call is left running.
   */
  readonly parallel: PointFunctions<C, "parallel">;
  /** Calls plugins in order until one returns something other than `undefined` (none), and returns that. */
  readonly first: PointFunctions<C, "first">;
  /**
   * Calls plugins in order, each with the result of the one before as its first parameter. For functions whose result has
   * the type of their first parameter.
   */
  readonly waterfall: PointFunctions<C, "waterfall">;
  /**
   * The same functions without promises, for plugins that can be called synchronously.
   *
   * @throws TENON_SYNC_UNAVAILABLE from every function while one of the plugins cannot.
   */
  readonly sync: {
    readonly series: PointFunctions<C, "series", "sync">;
    readonly first: PointFunctions<C, "first", "sync">;
    readonly waterfall: PointFunctions<C, "waterfall", "sync">;
  };
}

/**
 * An extension point: one contract, many plugins.
 *
 * Plugins are called in the order of their priority, after the plugins that they require. Every function rejects (in
 * `sync`, throws) with TENON_POINT_FAILED if a plugin fails and the policy is to stop; with TENON_VALUE_TYPE if the
 * caller's own arguments do not fit, whatever the policy; and with TENON_OPTION_INVALID if the mode makes no sense for it.
 */
export interface Point<C extends Contract<any, any> = Contract> extends PointCalls<C> {
  readonly contract: C;
  /** The plugins that are called, in that order. */
  readonly members: readonly PointMember[];
  /**
   * Why plugins are left out: TENON_DEPENDENCY_MISSING, _VERSION, _CYCLE or TENON_MANIFEST_INVALID. Under the policy `stop`
   * every call fails with the first of them; under the others, the remaining plugins are called.
   */
  readonly problems: readonly TenonError[];
  /** Returns the same point with another policy: `point.with({ onFailure: "skip" }).series.greet("Ada")`. */
  with(policy: FailurePolicy<C>): PointCalls<C>;
  /** Adds a plugin, unless it is already there. Running calls do not call it. */
  add(member: PointMember): void;
  /** Removes a plugin. Returns whether it was there. A running call that has not reached it leaves it out. */
  remove(member: PointMember): boolean;
  /** Computes the order again: a plugin's priority, requirements, version or optional functions have changed. */
  refresh(): void;
}
