import type { Contract, Func, FunctionType, InterfaceType, Items, ResultType, Type } from "../contract/core.js";
import type { TenonError } from "../errors/index.js";
import type { DirectCall } from "./point-direct.js";

/**
 * How a point calls its plugins. `series`: each in order. `parallel`: all at once. `first`: in order, until one answers.
 * `waterfall`: in order, each transforming what the last one gave.
 */
export type PointMode = "series" | "parallel" | "first" | "waterfall";

type Timing = "async" | "sync";

/**
 * One plugin at an extension point, as the point sees it. The handle that `open` gives is one.
 */
export interface PointMember {
  readonly name: string;
  readonly version: string | undefined;
  /** Higher comes first. */
  readonly priority: number;
  /** Plugins that must come before this one: name to semantic version range. */
  readonly requires: Readonly<Record<string, string>>;
  /** The asynchronous functions, by JavaScript name. */
  readonly exports: any;
  /** The same functions, called synchronously. */
  readonly sync: any;
  readonly state: "opening" | "active" | "draining" | "closed" | "crashed";
  /**
   * A function by {@link Signature.path}, or `undefined` where the plugin left it out. It checks what goes in and out, and
   * answers with the value itself when the plugin answered at once, else with a promise of it. It stays the same while
   * the plugin is at the point, also when its instance is swapped; where that changes which optional functions there
   * are, the host tells the point by `refresh()`.
   */
  callable(path: string): ((...parameters: any[]) => unknown) | undefined;
  /** The short path of the same function, where it can have one: then a point of many plugins costs little more than the calls. */
  direct?(path: string): DirectCall | undefined;
}

/**
 * What a point does when a plugin fails. `stop`: the call fails with TENON_POINT_FAILED. `skip`: the plugin counts as not
 * there for this call. `default`: the given value stands for its answer.
 */
export type FailurePolicy<C extends Contract<any, any>> =
  | { readonly onFailure?: "stop" | "skip" | undefined; readonly default?: undefined }
  | {
      readonly onFailure: "default";
      /** By function. Functions without result, and those whose result is an option, need none. */
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
   * Told of every failure of a plugin, whatever the policy; without `call`, that the plugin is left out because what it
   * requires is not there. An exception here fails the call.
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

/** What stands for the answer of a plugin that failed, by function. */
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

/** The functions of a point by mode. Resources and their functions belong to one plugin each, and are not here. */
export interface PointCalls<C extends Contract<any, any> = Contract> {
  /** Each in order; the answers in that order. Nothing is collected for a function without result. */
  readonly series: PointFunctions<C, "series">;
  /**
   * All at once; the answers in order. Waits for all, also when one fails, so that nothing goes on unobserved.
   */
  readonly parallel: PointFunctions<C, "parallel">;
  /** In order until one answers with something else than `undefined` (none); `undefined` when nobody does. */
  readonly first: PointFunctions<C, "first">;
  /**
   * In order, each called with what the last one gave as first parameter. For functions whose result has the type of
   * their first parameter.
   */
  readonly waterfall: PointFunctions<C, "waterfall">;
  /**
   * The same at once, for plugins that can be called synchronously.
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
 * Plugins are called in order of their priority, what they require before them. Every function rejects (in `sync`,
 * throws) with TENON_POINT_FAILED when a plugin fails and the policy is to stop; with TENON_VALUE_TYPE when the caller's
 * own arguments do not fit, whatever the policy; and with TENON_OPTION_INVALID where the mode makes no sense for it.
 */
export interface Point<C extends Contract<any, any> = Contract> extends PointCalls<C> {
  readonly contract: C;
  /** Those that are called, in the order in which they are. */
  readonly members: readonly PointMember[];
  /**
   * Why plugins are left out: TENON_DEPENDENCY_MISSING, _VERSION, _CYCLE or TENON_MANIFEST_INVALID. Under the policy `stop`
   * every call fails with the first of them; under the others the rest is called.
   */
  readonly problems: readonly TenonError[];
  /** The same point under another policy, for some calls: `point.with({ onFailure: "skip" }).series.greet("Ada")`. */
  with(policy: FailurePolicy<C>): PointCalls<C>;
  /** Adds a plugin; nothing happens when it is there already. Calls that are under way go on without it. */
  add(member: PointMember): void;
  /** Removes a plugin, and says whether it was there. A call that is under way and has not come to it leaves it out. */
  remove(member: PointMember): boolean;
  /** A plugin's priority, requirements, version or optional functions have changed: the order is made anew. */
  refresh(): void;
}
