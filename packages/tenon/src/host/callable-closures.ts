import {
  answeredType,
  compileCheckedCopy,
  compileGuard,
  compileMeasure,
  fullType,
  type Signature,
  unfit,
} from "../contract/core.js";
import type { Callable, Detours, Slot } from "./callable.js";

/** The errors of a compiled function. */
export interface Failures {
  badParameters(given: unknown[]): unknown;
  badResult(value: unknown): unknown;
  notReadable(what: "parameters" | "result", thrown: unknown): unknown;
  tooLarge(what: "parameters" | "result"): unknown;
  /** @param begun when the call began, if it is timed. */
  notSync(promise: PromiseLike<unknown>, begun?: number): unknown;
}

/** Makes what `compileCallable` compiles, for processes that may not generate code: the same, with a walk of each type. */
export function closureCallable(signature: Signature, slot: Slot, detours: Detours, failures: Failures): Callable {
  const type = fullType(signature);
  const { limit, series } = detours;
  const count = type.parameters.length;
  const guards = type.parameters.map((parameter) => compileGuard(parameter.type));
  const measures = type.parameters.map((parameter) => compileMeasure(parameter.type));
  const answered = answeredType(type.result);
  const copy = answered === undefined ? undefined : compileCheckedCopy(answered);
  const measure = answered === undefined ? undefined : compileMeasure(answered);

  const check = (given: readonly unknown[]): unknown[] => {
    const parameters = guards.map((_, index) => given[index]);
    let fits: boolean;
    try {
      fits = guards.every((guard, index) => guard(parameters[index]));
    } catch (thrown) {
      throw failures.notReadable("parameters", thrown);
    }
    if (!fits) throw failures.badParameters(parameters);
    if (limit > 0 && measures.some((each, index) => each !== undefined && each(parameters[index]) > limit))
      throw failures.tooLarge("parameters");
    return parameters;
  };
  const take = (result: unknown): unknown => {
    if (copy === undefined) return undefined;
    let taken: unknown;
    try {
      taken = copy(result);
    } catch (thrown) {
      throw failures.notReadable("result", thrown);
    }
    if (taken === unfit) throw failures.badResult(result);
    if (limit > 0 && measure !== undefined && measure(taken) > limit) throw failures.tooLarge("result");
    return taken;
  };
  const call = (
    given: readonly unknown[],
    otherwise: (parameters: unknown[]) => unknown,
    later: (promise: PromiseLike<unknown>, begun: number) => unknown,
  ): unknown => {
    const parameters = check(given);
    const { direct } = slot;
    if (direct === undefined) return otherwise(parameters);
    let result: any;
    let isLater: boolean;
    const begun = series !== undefined && --series.left === 0 ? series.begin() : 0;
    try {
      result = direct(...parameters);
      isLater = typeof result === "object" && result !== null && typeof result.then === "function";
    } catch (thrown) {
      throw detours.failed(thrown, begun);
    }
    if (isLater) return later(result, begun);
    if (begun !== 0) series?.end(begun);
    return take(result);
  };
  const slow = (parameters: unknown[]) => detours.slow(parameters);
  const settle = (promise: PromiseLike<unknown>, begun: number) => detours.settle(promise, begun);
  const slowSync = (parameters: unknown[]) => detours.slowSync(parameters);
  const refuse = (promise: PromiseLike<unknown>, begun: number): never => {
    throw failures.notSync(promise, begun);
  };
  return {
    async: withLength(count, async (...given) => call(given, slow, settle)),
    sync: withLength(count, (...given) => call(given, slowSync, refuse)),
    either: withLength(count, (...given) => call(given, slow, settle)),
  };
}

/** A compiled function has the contract's number of parameters. */
function withLength<F extends (...given: any[]) => unknown>(length: number, made: F): F {
  return Object.defineProperty(made, "length", { value: length });
}
