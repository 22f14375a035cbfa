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
import type { CallSeries } from "../observation/call-series.js";
import { unreadable } from "../runtime/index.js";
import { closureCallable, type Failures } from "./callable-closures.js";

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
  /**
   * Waits for the promise that the direct function returned.
   *
   * @param begun when the call began, if it is timed.
   */
  settle(promise: PromiseLike<unknown>, begun?: number): Promise<unknown>;
  /** Converts what the direct function threw. */
  failed(thrown: unknown, begun?: number): TenonError;
  readonly limit: number;
  /** What counts the calls, if something does. */
  readonly series?: CallSeries | undefined;
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
  const counts = detours.series !== undefined;
  /** Calls the plugin's own function and takes its result. `begun`: what is passed on of a call that is timed. */
  const called = (promise: string, begun: "" | ", begun") => `
    let r, later;
    try {
      r = direct(${list});
      later = typeof r === "object" && r !== null && typeof r.then === "function";
    } catch (thrown) { throw detours.failed(thrown${begun}); }
    if (later) ${promise}
    ${begun === "" ? "" : "series.end(begun);"}
    ${checkResult}`;
  // Counting is one decrement, see CallSeries: the call that is to be timed is made by another function, so that the others stay
  // as short as they were. Without counting, nothing of it is in the source.
  const define = (name: string, otherwise: string, promise: (begun: string) => string, isAsync = false) => {
    const kind = isAsync ? "async function" : "function";
    const timed = `const ${name}Timed = ${kind} (${["direct", ...names].join(", ")}) {
    const begun = series.begin();${called(promise(", begun"), ", begun")}
  };`;
    return `${counts ? timed : ""}
  const ${name} = ${kind} (${list}) {
    ${guarded(check, tests, "parameters")}
    ${checkSize}
    const direct = slot.direct;
    if (direct === undefined) return ${otherwise};
    ${counts ? `if (--series.left === 0) return ${name}Timed(${["direct", ...names].join(", ")});` : ""}${called(promise(""), "")}
  };`;
  };
  const settle = (begun: string) => `return detours.settle(r${begun});`;
  const source = `"use strict";
  const { slot, detours, series, badParameters, badResult, notReadable, tooLarge, measures, limit, links, unfit, notSync } = context;
  ${guards.helpers}
  ${define("shortAsync", `detours.slow([${list}])`, settle, true)}
  ${define("either", `detours.slow([${list}])`, settle)}
  ${define("sync", `detours.slowSync([${list}])`, (begun) => `throw notSync(r${begun});`)}
  return {
    // Away from the short path, another promise around the one of the long path would cost as much as the call itself.
    async: function (${list}) {
      if (slot.direct !== undefined) return shortAsync(${list});
      try { return Promise.resolve(either(${list})); } catch (thrown) { return Promise.reject(thrown); }
    },
    sync,
    either,
  };
  //# sourceURL=tenon:call${isDirect ? `/${++compiled}` : ""}`;
  const { label } = signature;
  const failures = countingFailures(
    {
      badParameters: (given) => parameterMismatch(type.parameters, given, label),
      badResult: (value) => {
        try {
          return typeMismatch(answered as Type, value, `${label}(): result`);
        } catch (thrown) {
          return unreadable(thrown, `${label}(): result`);
        }
      },
      notReadable: (what, thrown) => unreadable(thrown, `${label}(): ${what === "result" ? "result" : "a parameter"}`),
      tooLarge: (what) => callTooLarge(label, what, detours.limit),
      notSync: (promise) => {
        new Promise((resolve) => resolve(promise)).catch(() => {});
        return syncReturnedPromise(label);
      },
    },
    detours.series,
  );
  const context = {
    ...failures,
    slot,
    detours,
    series: detours.series,
    measures,
    limit: detours.limit,
    links: guards.links,
    unfit,
  };
  const generated = generatedFunction(["context"], source);
  return generated === undefined
    ? closureCallable(signature, slot, detours, failures)
    : (generated(context) as Callable);
}

/** Lets a series count the errors of a compiled function. */
function countingFailures(failures: Failures, series: CallSeries | undefined): Failures {
  if (series === undefined) return failures;
  const before = <E>(error: E): E => {
    series.refused(error);
    return error;
  };
  const after = <E>(error: E): E => {
    series.failed(error);
    return error;
  };
  return {
    badParameters: (given) => before(failures.badParameters(given)),
    badResult: (value) => after(failures.badResult(value)),
    notReadable: (what, thrown) => (what === "result" ? after : before)(failures.notReadable(what, thrown)),
    tooLarge: (what) => (what === "result" ? after : before)(failures.tooLarge(what)),
    notSync: (promise, begun = 0) => {
      if (begun !== 0) series.end(begun);
      return after(failures.notSync(promise));
    },
  };
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
