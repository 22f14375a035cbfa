import { answeredType, compileGuard, type FunctionType, type Type, typeMismatch } from "../../../../contract/core.js";
import { GuardSource } from "../../../../contract/validate/guard.js";
import { isTenonError } from "../../../../errors/index.js";
import { carriesPayload, payloadOf } from "../../../../runtime/implement.js";
import { plus, zero } from "../code/expressions.js";
import { type FunctionShape, flattenFunction } from "../code/flatten.js";
import { type CoreType, layoutOf } from "../code/layout.js";
import type { CanonicalOptions } from "../code/options.js";
import { ValueSource } from "../code/value-source.js";
import { CallScope } from "../state/call-scope.js";
import type { ComponentState } from "../state/component-state.js";
import { assertMayLeave } from "../state/resources.js";
import { reportsToGuest, trap } from "../state/trap.js";
import { bind, codeContext, type GeneratedCode, programOf } from "./compile.js";
import { passHandles, type ResolveResource } from "./pass-handles.js";

/** What a lowered function does if its target returns a promise. */
export interface PromiseHandling {
  readonly async: boolean;
  /**
   * @param scope the handles that the call borrows, if any.
   * @param pointer the address for the result, if it is passed in memory.
   * @param settle lowers the result and returns its core value.
   * @returns what the core function returns.
   */
  pending(answer: PromiseLike<unknown>, scope: CallScope | undefined, pointer: number, settle: Settle): unknown;
  /** What the core function returns if the target did not return a promise. Default: the core value of the result. */
  readonly immediate: number | undefined;
}

export type Settle = (value: unknown, isError: boolean, pointer: number) => unknown;

/** The common part of `compileLower` and its asynchronous forms. */
export function compileLowered(
  label: string,
  type: FunctionType,
  target: (...parameters: any[]) => unknown,
  options: CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
  handling: PromiseHandling,
): (...flat: any[]) => any {
  const answered = answeredType(type.result);
  const variant = `lower ${handling.async} ${handling.immediate} ${label}`;
  const program = programOf(type, variant, () => generate(label, type, handling));
  return bind(
    program,
    {
      ...codeContext(options, state, label),
      target,
      assertMayLeave,
      openScope: () => new CallScope(),
      errorCase: (thrown: unknown) => thrownErrorCase(type, thrown, label),
      pending: handling.pending,
      badResult: (value: unknown) => typeMismatch(answered as Type, value, `${label}(): result`),
      failed: (thrown: unknown) => trap(state, thrown, label),
      tells(thrown: unknown) {
        if (!reportsToGuest(thrown, state)) return false;
        state.mayLeave = true;
        state.concurrency.reportFailure?.(thrown);
        return true;
      },
    },
    passHandles(state, resolve),
  );
}

function generate(label: string, type: FunctionType, handling: PromiseHandling): GeneratedCode {
  const shape = flattenFunction(type, "lower", handling.async);
  const values = new ValueSource();
  const names = shape.parameters.map((_, index) => `a${index}`);
  const pointer = names.at(-1) ?? "0";
  const lifted = liftParameters(values, type, shape, names);
  const scoped = values.borrows;
  const lowering = lowerResult(values, type, shape, pointer);
  const answered = answeredType(type.result);
  const promised = answersPromise(type.result);
  const guard = new GuardSource();
  const check = answered === undefined || promised ? "" : `if (!${guard.test(answered, "v")}) throw badResult(v);`;
  const rewrapped = rewrap(type.result);
  const canFail = type.result?.kind === "result";
  const usesMemory = values.touchesMemory || shape.parametersInMemory;
  const { size, alignment } = shape.parameterLayout;
  const settle = `
    ${check + rewrapped === "" ? "" : `if (!isError) { ${check} ${rewrapped} }`}
    ${usesMemory ? "memory.refresh();" : ""}
    ${lowering === "" ? "" : `state.mayLeave = false; ${lowering} state.mayLeave = true;`}`;
  const nothing = shape.results[0] === undefined ? "undefined" : zero(shape.results[0]);
  const expression = `(() => {
${guard.helpers}
function settle(v, isError, ${pointer === "0" ? "a0" : pointer}) { let r; ${settle} return r; }
return function (${names.join(", ")}) {
  let r, v, isError = false;
  try {
    if (!state.mayLeave) assertMayLeave(state, ${JSON.stringify(label)});
    ${scoped ? "const call = scope = openScope();" : ""}
    ${usesMemory ? "memory.refresh(); memory.budget();" : ""}
    ${shape.parametersInMemory ? `a0 >>>= 0; memory.check(a0, ${alignment}, ${size});` : ""}
    ${lifted.map((value, index) => `const p${index} = ${value};`).join("\n")}
    ${canFail ? "try {" : ""}
    v = target(${lifted.map((_, index) => `p${index}`).join(", ")});
    ${canFail ? "} catch (thrown) { v = errorCase(thrown); isError = true; }" : ""}
    ${promised ? "" : `if (!isError && typeof v === "object" && v !== null && typeof v.then === "function") return pending(v, ${scoped ? "call" : "undefined"}, ${pointer}, settle);`}
    ${scoped ? "call.end();" : ""}
    ${settle}
  } catch (thrown) { if (!tells(thrown)) throw failed(thrown); r = ${nothing}; }
  return ${handling.immediate ?? "r"};
};
})()`;
  return { values, expression, links: guard.links };
}

/**
 * Returns the payload of the error case that was thrown.
 *
 * @throws what was thrown, if it is not an error case of the function's result.
 */
export function thrownErrorCase(type: FunctionType, thrown: unknown, label: string): unknown {
  if (type.result?.kind !== "result") throw thrown;
  if (isTenonError(thrown) && thrown.code !== "TENON_CALL_RESULT") throw thrown;
  if (!carriesPayload(thrown)) throw thrown;
  const { err } = type.result;
  if (err === undefined) return undefined;
  const payload = payloadOf(thrown);
  if (!compileGuard(err)(payload)) throw typeMismatch(err, payload, `${label}(): error`);
  return payload;
}

/** Whether a function returns a future, which is a promise in JavaScript: there, a promise is the result itself. */
function answersPromise(result: Type | undefined): boolean {
  return result?.kind === "result" ? answersPromise(result.ok) : result?.kind === "future";
}

/** Statements that wrap a returned value in the inner `result`s that it is the ok case of. */
function rewrap(result: Type | undefined): string {
  if (result?.kind !== "result" || result.ok?.kind !== "result") return "";
  return `${rewrap(result.ok)} v = { tag: "ok", val: v };`;
}

/** Expressions: the parameters as values. */
function liftParameters(
  values: ValueSource,
  type: FunctionType,
  shape: FunctionShape,
  names: readonly string[],
): readonly string[] {
  const { offsets } = shape.parameterLayout;
  let next = 0;
  return type.parameters.map((parameter, index) => {
    if (shape.parametersInMemory) return values.load(parameter.type, plus("a0", offsets[index]!));
    const count = layoutOf(parameter.type).flat.length;
    next += count;
    return values.lift(parameter.type, names.slice(next - count, next));
  });
}

/** Statements that lower `v` (the error case if `isError`) to `r`, or to the address that the guest passed. */
function lowerResult(values: ValueSource, type: FunctionType, shape: FunctionShape, pointer: string): string {
  const { result } = type;
  if (result === undefined) return "";
  if (shape.resultInMemory) {
    const { size, alignment } = layoutOf(result);
    const store =
      result.kind === "result"
        ? values.storeOutcome(result, "isError", "v", pointer)
        : values.store(result, "v", pointer);
    return `${pointer} >>>= 0; memory.check(${pointer}, ${alignment}, ${size}); ${store}`;
  }
  const core: CoreType | undefined = layoutOf(result).flat[0];
  // An empty type has no core value.
  if (core === undefined) return "";
  const lower =
    result.kind === "result" ? values.lowerOutcome(result, "isError", "v", ["r"]) : values.lower(result, "v", ["r"]);
  return `r = ${zero(core)}; ${lower}`;
}
