import type { FunctionType } from "../../../../contract/core.js";
import { hasComponentForm } from "../../../../contract/model/component-form.js";
import { promiseIntegrationMissing } from "../../../../errors/factories/wasm-call.js";
import { withDeepStacks } from "../../frames/engine-frames.js";
import { codeContext, compile } from "../calls/compile.js";
import { passHandles, type ResolveResource } from "../calls/pass-handles.js";
import { flattenFunction } from "../code/flatten.js";
import { lowerParameters } from "../code/lift-source.js";
import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import { ValueSource } from "../code/value-source.js";
import type { ComponentState } from "../state/component-state.js";
import { Task } from "./task.js";

/**
 * Compiles a function of an instance that uses the asynchronous ABI. Its code returns the result through `task.return`. To
 * wait, it returns to be called back (with a callback), or blocks (without, which needs JavaScript Promise Integration).
 *
 * @throws (the compiled function, which may also reject) what `compileLift` throws, and TENON_SYNC_UNAVAILABLE where the
 * engine cannot suspend code that blocks.
 *
 * Source: Component Model, CanonicalABI.md, "canon lift".
 */
export function compileAsyncLift(
  label: string,
  type: FunctionType,
  core: CoreFunction,
  options: CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
): (...parameters: any[]) => unknown {
  const { callback } = options;
  const shape = flattenFunction(type, "lift", true, callback !== undefined);
  const values = new ValueSource();
  const names = type.parameters.map((_, index) => `p${index}`);
  const { lowering, passed } = lowerParameters(values, type, shape, names);
  const expression = `function (${["call", ...names].join(", ")}) {
  memory.refresh();
  ${values.borrows ? "scope = call;" : ""}
  ${lowering === "" ? "" : `state.mayLeave = false;\n${lowering}\nstate.mayLeave = true;`}
  return core(${passed.join(", ")});
}`;
  const enter = compile(
    values,
    expression,
    { ...codeContext(options, state, label), core: entry(core, callback === undefined, state, label) },
    passHandles(state, resolve),
  );
  const form = type.result !== undefined && hasComponentForm(type.result) ? type.result : undefined;
  const back = callback && entry(callback, false, state, label);
  return (...parameters) => {
    const task = new Task(state, label, back, form);
    return task.run(() => enter(task.scope, ...parameters));
  };
}

/** A core function as tasks call it: it returns a promise where its code can be suspended. */
function entry(core: CoreFunction, mustWait: boolean, state: ComponentState, label: string): CoreFunction {
  if (state.suspends && WebAssembly.promising !== undefined) return WebAssembly.promising(core);
  if (!mustWait) return state.panicsQuietly ? (...parameters) => withDeepStacks(() => core(...parameters)) : core;
  return () => {
    throw promiseIntegrationMissing(label);
  };
}
