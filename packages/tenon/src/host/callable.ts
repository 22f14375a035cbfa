import {
  answeredType,
  camel,
  compileGuard,
  compileMeasure,
  fullType,
  isChangeable,
  type Measure,
  type Signature,
  type Type,
  typeMismatch,
  unfit,
} from "../contract/core.js";
import { generatedFunction } from "../contract/validate/generated-function.js";
import { GuardSource } from "../contract/validate/guard.js";
import { callTooLarge, syncReturnedPromise } from "../errors/factories/call.js";
import { parameterChanged } from "../errors/factories/host-call.js";
import type { TenonError } from "../errors/index.js";
import { unreadable } from "../runtime/index.js";
import { closureCallable } from "./callable-closures.js";

/**
 * Where a compiled function finds its target. A plugin has one slot for each function. Slots are changed in place when
 * the instance behind the plugin changes, so the compiled functions stay the same for the plugin's whole life.
 */
export interface Slot {
  /** The plugin's own function while it can be called directly: inline, active, no limit on concurrency. */
  direct: ((...parameters: any[]) => unknown) | undefined;
}

/** What a compiled function calls when it cannot take the short path. */
export interface Detours {
  /** Handles everything but the short path: waiting, queues, other places. The parameters have been checked. */
  slow(parameters: unknown[]): Promise<unknown>;
  slowSync(parameters: unknown[]): unknown;
  /** Waits for the promise that the direct function returned. */
  settle(promise: PromiseLike<unknown>): Promise<unknown>;
  /** Converts what the direct function threw. */
  failed(thrown: unknown): TenonError;
  readonly limit: number;
}

export interface Callable {
  readonly async: (...parameters: any[]) => Promise<unknown>;
  readonly sync: (...parameters: any[]) => unknown;
  /** Returns the value itself if the plugin does, otherwise a promise. For callers that serve many plugins. */
  readonly either: (...parameters: any[]) => unknown;
}

// V8 shares compiled code and its type feedback between functions of equal source. A function that calls its plugin
// directly gets its own name, so that the feedback is about its own plugin only. The others only pass calls on: opening
// many plugins with one contract compiles them once.
let compiled = 0;

/**
 * Compiles the functions through which a host calls one function of its contract. The generated source checks the
 * parameters, calls the slot's function and checks the result. It does not walk the schema, uses no proxy and makes no
 * promise except the one that it returns. A result with parts is copied as it is checked: the plugin still has the original,
 * and could change it.
 *
 * @param isDirect whether the slot may ever have a function.
 */
export function compileCallable(signature: Signature, slot: Slot, detours: Detours, isDirect = true): Callable {
  const type = fullType(signature);
  const names = type.parameters.map((_, index) => `p${index}`);
  const guards = new GuardSource();
  const tests = type.parameters.map((parameter, index) => guards.test(parameter.type, `p${index}`));
  const answered = answeredType(type.result);
  const taken = answered === undefined ? "" : takenResult(guards, answered);
  const measures: Record<string, Measure> = {};
  const tooLarge = (parameter: Type, name: string): string | undefined => {
    const measure = compileMeasure(parameter);
    if (measure === undefined || detours.limit === 0) return undefined;
    if (parameter.kind === "string") return `${name}.length > limit`;
    if (parameter.kind === "list" && parameter.element.kind === "u8") return `${name}.byteLength > limit`;
    measures[name] = measure;
    return `measures.${name}(${name}) > limit`;
  };
  const sizes = type.parameters.flatMap((parameter, index) => tooLarge(parameter.type, `p${index}`) ?? []);
  const resultSize = answered === undefined ? undefined : tooLarge(answered, "r");
  const list = names.join(", ");
  const check = tests.length === 0 ? "" : `if (!(${tests.join(" && ")})) throw badParameters([${list}]);`;
  const checkSize = sizes.length === 0 ? "" : `if (${sizes.join(" || ")}) throw tooLarge("parameters");`;
  const checkResult =
    answered === undefined
      ? "return undefined;"
      : `${taken}
    ${resultSize === undefined ? "" : `if (${resultSize}) throw tooLarge("result");`}
    return r;`;
  const body = (otherwise: string, promise: string) => `
    ${guarded(check, tests, "parameters")}
    ${checkSize}
    const direct = slot.direct;
    if (direct === undefined) return ${otherwise};
    let r, later;
    try {
      r = direct(${list});
      later = typeof r === "object" && r !== null && typeof r.then === "function";
    } catch (thrown) { throw detours.failed(thrown); }
    if (later) ${promise}
    ${checkResult}`;
  const source = `"use strict";
  const { slot, detours, badParameters, badResult, notReadable, tooLarge, measures, limit, links, unfit } = context;
  ${guards.helpers}
  const shortAsync = async function (${list}) {${body(`detours.slow([${list}])`, "return detours.settle(r);")}
  };
  const either = function (${list}) {${body(`detours.slow([${list}])`, "return detours.settle(r);")}
  };
  return {
    // Away from the short path, another promise around the one of the long path would cost as much as the call itself.
    async: function (${list}) {
      if (slot.direct !== undefined) return shortAsync(${list});
      try { return Promise.resolve(either(${list})); } catch (thrown) { return Promise.reject(thrown); }
    },
    sync: function (${list}) {${body(`detours.slowSync([${list}])`, "throw notSync(r);")}
    },
    either,
  };
  //# sourceURL=tenon:call${isDirect ? `/${++compiled}` : ""}`;
  const { label } = signature;
  const notReadable = (what: "parameters" | "result", thrown: unknown) =>
    unreadable(thrown, `${label}(): ${what === "result" ? "result" : "a parameter"}`);
  const context = {
    slot,
    detours,
    measures,
    limit: detours.limit,
    links: guards.links,
    unfit,
    badParameters: (given: unknown[]) => parameterMismatch(type.parameters, given, label),
    badResult(value: unknown) {
      try {
        return typeMismatch(answered as Type, value, `${label}(): result`);
      } catch (thrown) {
        return notReadable("result", thrown);
      }
    },
    notReadable,
    tooLarge: (what: "parameters" | "result") => callTooLarge(label, what, detours.limit),
  };
  const notSync = (promise: PromiseLike<unknown>) => {
    new Promise((resolve) => resolve(promise)).catch(() => {});
    return syncReturnedPromise(label);
  };
  const generated = generatedFunction(["context", "notSync"], source);
  return generated === undefined
    ? closureCallable(signature, slot, detours, { ...context, notSync })
    : (generated(context, notSync) as Callable);
}

/** Statements that check the result `r`, and replace it by its copy if it can change. */
function takenResult(guards: GuardSource, type: Type): string {
  if (!isChangeable(type)) return `if (!${guards.test(type, "r")}) throw badResult(r);`;
  return `const given = r;
    try { ${guards.copied(type, "given", "c", "r = unfit; else r = c;")} } catch (thrown) { throw notReadable("result", thrown); }
    if (r === unfit) throw badResult(given);`;
}

/** Tests of objects and lists read their properties, which may be getters that throw. */
function guarded(check: string, tests: readonly string[], what: "parameters" | "result"): string {
  if (tests.every((test) => test.startsWith("("))) return check;
  return `try { ${check} } catch (thrown) { throw notReadable("${what}", thrown); }`;
}

/** The type error of the first parameter that does not fit. */
export function parameterMismatch(
  parameters: readonly { readonly name: string; readonly type: Type }[],
  given: readonly unknown[],
  label: string,
): TenonError {
  for (const [index, parameter] of parameters.entries()) {
    const error = typeMismatchOrNone(parameter.type, given[index], `${label}(): parameter "${camel(parameter.name)}"`);
    if (error !== undefined) return error;
  }
  return parameterChanged(label);
}

function typeMismatchOrNone(type: Type, value: unknown, where: string): TenonError | undefined {
  return compileGuard(type)(value) ? undefined : typeMismatch(type, value, where);
}
