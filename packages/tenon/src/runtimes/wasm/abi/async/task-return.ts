import type { Type } from "../../../../contract/core.js";
import { callResult } from "../../../../errors/factories/call.js";
import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import { codeContext, compile } from "../calls/compile.js";
import { passHandles, type ResolveResource } from "../calls/pass-handles.js";
import { compileOnFirstCall } from "../code/compile-on-first-call.js";
import { plus } from "../code/expressions.js";
import { flattenFunction } from "../code/flatten.js";
import { layoutOf } from "../code/layout.js";
import { unwrap } from "../code/lift-source.js";
import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import { ValueSource } from "../code/value-source.js";
import type { ComponentState } from "../state/component-state.js";
import type { RunningTask } from "../state/concurrency.js";
import { assertMayLeave } from "../state/resources.js";

/**
 * `task.return`: sets the result of the running task. The result is read like the parameters of a call.
 *
 * Source: Component Model, CanonicalABI.md, "canon task.return".
 */
export function compileTaskReturn(
  result: Type | undefined,
  options: () => CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
): CoreFunction {
  const type = {
    kind: "function",
    parameters: result === undefined ? [] : [{ name: "result", type: result }],
    result: undefined,
    async: false,
    optional: false,
  } as const;
  const { parameters, parametersInMemory } = flattenFunction(type, "lower", false);
  const compiled = new Map<Type | undefined, CoreFunction>();
  const inForm = (form: Type | undefined): CoreFunction => {
    let found = compiled.get(form);
    if (found === undefined) compiled.set(form, (found = make(form)));
    return found;
  };
  const make = (result: Type | undefined): CoreFunction => {
    const values = new ValueSource();
    const names = parameters.map((_, index) => `a${index}`);
    const value =
      result === undefined
        ? "undefined"
        : parametersInMemory
          ? values.load(result, plus("a0", 0))
          : values.lift(result, names);
    const { size, alignment } = result === undefined ? { size: 0, alignment: 1 } : layoutOf(result);
    const expression = `function (${names.join(", ")}) {
  const task = running();
  if (task.form !== form && task.form !== undefined) return inForm(task.form)(${names.join(", ")});
  memory.refresh(); memory.budget();
  ${parametersInMemory ? `a0 >>>= 0; memory.check(a0, ${alignment}, ${size});` : ""}
  let isError = false, v = ${value};
  ${unwrap(result)}
  if (isError) task.reject(errorCase(task.label, v)); else task.resolve(v);
}`;
    return compile(
      values,
      expression,
      {
        ...codeContext(options(), state, "task.return"),
        errorCase: callResult,
        form: result,
        inForm,
        running: () => {
          assertMayLeave(state, "task.return");
          return runningTask(state, "task.return");
        },
      },
      passHandles(state, resolve),
    );
  };
  return compileOnFirstCall(parameters.length, () => inForm(result));
}

/** @throws TENON_WASM_ABI if the running code does not belong to a task. */
export function runningTask(state: ComponentState, what: string): RunningTask {
  const current = state.concurrency.selected ?? state.concurrency.current;
  if (current === undefined) throw abiViolation(state.subject, `${what} outside of an asynchronous function`);
  return current;
}
