import type { FunctionType } from "../../../../contract/core.js";
import { promiseInSyncCall } from "../../../../errors/factories/wasm-call.js";
import { compileOnFirstCall } from "../code/compile-on-first-call.js";
import { flattenFunction } from "../code/flatten.js";
import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import type { ComponentState } from "../state/component-state.js";
import { compileLowered } from "./lower-source.js";
import type { ResolveResource } from "./pass-handles.js";

/**
 * Compiles a function of values to a core function that an instance can import: it lifts the parameters out of the
 * instance, calls the target, and lowers the result. It is compiled when it is first called, because its options name memory
 * and functions of instances that do not exist yet when imports are made, and because most components never call most of
 * their imports.
 *
 * What the target throws is the error case if the function returns a `result` (see `runtime/implement.ts`). Everything else
 * passes through the instance as an exception, and the instance has failed. The returned value is checked.
 *
 * @throws (the compiled function) TENON_WASM_ABI, TENON_CALL_TOO_LARGE, TENON_VALUE_TYPE, TENON_SYNC_UNAVAILABLE if the
 * target returns a promise.
 *
 * Source: Component Model, CanonicalABI.md, "canon lower".
 */
export function compileLower(
  label: string,
  type: FunctionType,
  target: (...parameters: any[]) => unknown,
  options: () => CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
): CoreFunction {
  const { parameters } = flattenFunction(type, "lower", false);
  const waiting = {
    async: false,
    immediate: undefined,
    pending(answer: PromiseLike<unknown>): never {
      answer.then(undefined, () => {});
      throw promiseInSyncCall(label);
    },
  };
  return compileOnFirstCall(parameters.length, () =>
    compileLowered(label, type, target, options(), state, resolve, waiting),
  );
}
