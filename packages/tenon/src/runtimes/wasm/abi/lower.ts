import type { FunctionType } from "../../../contract/core.js";
import { errors, type TenonError } from "../../../errors/index.js";
import type { ComponentState } from "./component-state.js";
import { flattenFunction } from "./flatten.js";
import { lazily } from "./lazily.js";
import { compileLowered } from "./lower-source.js";
import type { CanonicalOptions, CoreFunction } from "./options.js";
import type { ResolveResource } from "./pass-handles.js";

/**
 * Compiles a function of values to a core function that an instance can import: it lifts the parameters out of the
 * instance, calls the target, and lowers what that returns. Compiled at its first call, since the options name memory and
 * functions of instances that are not there yet when imports are made, and since most components import much that they
 * never call.
 *
 * What the target throws is the error case of a result where the type is one (see `runtime/implement.ts`); everything
 * else passes through the instance as an exception, and the instance has failed. What it returns is checked.
 *
 * @throws (the compiled function) TENON_WASM_ABI, TENON_CALL_TOO_LARGE, TENON_VALUE_TYPE, TENON_SYNC_UNAVAILABLE when the
 * target answers with a promise.
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
      throw notSynchronous(label);
    },
  };
  return lazily(parameters.length, () => compileLowered(label, type, target, options(), state, resolve, waiting));
}

/** A promise came where nothing can wait. */
export function notSynchronous(label: string): TenonError {
  return errors.TENON_SYNC_UNAVAILABLE({
    message: `${label}() answered with a promise, and was called synchronously`,
    subject: label,
  });
}
