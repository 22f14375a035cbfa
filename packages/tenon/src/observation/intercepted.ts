import {
  answeredType,
  camel,
  compileGuard,
  type FunctionType,
  fullType,
  isChangeable,
  type Signature,
  type Type,
  typeMismatch,
} from "../contract/core.js";
import { callResult } from "../errors/factories/call.js";
import {
  interceptorPromise,
  interceptorThrew,
  nextAfterEnd,
  nextParameters,
  nextTwice,
} from "../errors/factories/intercept.js";
import { asCause, isErrorObject, isTenonError, type TenonError } from "../errors/index.js";
import { unreadable } from "../runtime/index.js";
import type { InterceptedCall, Interceptor, Next } from "./interceptor.js";

/** What the calls of one function need to be intercepted. */
export interface InterceptedFunction {
  readonly label: string;
  readonly type: FunctionType;
}

export function interceptedFunction(signature: Signature): InterceptedFunction {
  return { label: signature.label, type: fullType(signature) };
}

/** Whether a call is over, whatever its interceptors still do. */
export interface CallEnd {
  readonly isOver: boolean;
}

/**
 * Calls interceptors, the first one around the second, and so on, and a function inside them.
 *
 * @param proceed calls the function itself. What it throws is coded.
 * @param end says whether the call is over: then nothing more is called.
 * @returns the value if the call is synchronous, otherwise a promise
 */
export function callIntercepted(
  interceptors: readonly Interceptor[],
  of: InterceptedFunction,
  call: InterceptedCall,
  proceed: (parameters: readonly unknown[]) => unknown,
  end: CallEnd,
): unknown {
  const layer = (index: number, parameters: readonly unknown[]): unknown => {
    const interceptor = interceptors[index];
    if (interceptor === undefined) return proceed(parameters);
    let called = false;
    let answered = false;
    let inner: unknown = unknown;
    const next: Next = (changed) => {
      if (answered || end.isOver) throw nextAfterEnd(of.label);
      if (called) throw nextTwice(of.label);
      if (changed !== undefined) expectParameters(of, changed);
      called = true;
      const given = changed === undefined ? parameters : [...changed];
      if (call.sync) return (inner = layer(index + 1, given));
      const promise = new Promise((resolve) => resolve(layer(index + 1, given))).then((value) => (inner = value));
      // An interceptor that has answered without waiting does not see that it fails.
      promise.catch(() => {});
      return promise;
    };
    const view = index === 0 && parameters === call.parameters ? call : withParameters(call, parameters);
    const finish = (value: unknown) => {
      answered = true;
      return checkedResult(of, value, inner);
    };
    const fail = (thrown: unknown): TenonError => {
      answered = true;
      return failure(of, thrown);
    };
    let answer: unknown;
    try {
      answer = interceptor(view, next);
      if (call.sync && isPromise(answer)) {
        new Promise((resolve) => resolve(answer)).catch(() => {});
        throw interceptorPromise(of.label);
      }
    } catch (thrown) {
      throw fail(thrown);
    }
    if (call.sync) return finish(answer);
    return new Promise((resolve) => resolve(answer)).then(finish, (thrown) => {
      throw fail(thrown);
    });
  };
  return layer(0, call.parameters);
}

/** What no function returned. */
const unknown: unique symbol = Symbol("unknown");

function withParameters(call: InterceptedCall, parameters: readonly unknown[]): InterceptedCall {
  return Object.create(call, { parameters: { value: parameters, enumerable: true } });
}

function expectParameters({ label, type }: InterceptedFunction, given: unknown): void {
  const wanted = type.parameters.length;
  if (!Array.isArray(given) || given.length > wanted) throw nextParameters(label, wanted, given);
  for (const [index, parameter] of type.parameters.entries())
    expectFit(parameter.type, given[index], () => `${label}(): parameter "${camel(parameter.name)}" of an interceptor`);
}

/** The result that an interceptor answers. What the function itself returned was checked already. */
function checkedResult({ label, type }: InterceptedFunction, value: unknown, inner: unknown): unknown {
  const answered = answeredType(type.result);
  if (answered === undefined) return undefined;
  if (value !== inner || isChangeable(answered))
    expectFit(answered, value, () => `${label}(): result of an interceptor`);
  return value;
}

function expectFit(type: Type, value: unknown, where: () => string): void {
  try {
    if (!compileGuard(type)(value)) throw typeMismatch(type, value, where());
  } catch (thrown) {
    throw unreadable(thrown, where());
  }
}

/** An error with a payload is the error case of a function that declares one, as if the function had thrown it. */
function failure({ label, type }: InterceptedFunction, thrown: unknown): TenonError {
  if (isTenonError(thrown)) return thrown;
  const { result } = type;
  if (result?.kind === "result" && isErrorObject(thrown) && Object.hasOwn(thrown, "payload")) {
    try {
      const { payload } = thrown as { readonly payload?: unknown };
      if (result.err !== undefined) expectFit(result.err, payload, () => `${label}(): error case of an interceptor`);
      return callResult(label, result.err === undefined ? undefined : payload, asCause(thrown));
    } catch (refused) {
      return unreadable(refused, `${label}(): error case of an interceptor`);
    }
  }
  return interceptorThrew(label, thrown);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
