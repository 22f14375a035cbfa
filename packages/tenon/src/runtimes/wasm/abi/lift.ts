import type { FunctionType } from "../../../contract/core.js";
import { compileAsyncLift } from "./async/lift.js";
import type { ResolveResource } from "./calls/pass-handles.js";
import { compileSyncLift } from "./calls/sync-lift.js";
import type { CanonicalOptions, CoreFunction } from "./code/options.js";
import type { ComponentState } from "./state/component-state.js";

/**
 * Compiles a function of an instance to one that takes and returns values: it lowers the parameters into the instance,
 * calls the core function, and lifts the result. The source is straight-line code for this one type; numbers are passed
 * without any allocation.
 *
 * Values follow the contract's JavaScript mapping, resources are representations. Parameters must have been validated.
 *
 * With the option `async` it returns a promise if the instance does not return immediately: see `async/lift.ts`.
 *
 * @param label the function's name in messages.
 * @throws (the compiled function) TENON_CALL_RESULT for the error case of a result. TENON_WASM_BUSY if another call runs in
 * the instance. TENON_WASM_TRAP, TENON_WASM_STACK and TENON_WASM_ABI: the instance has failed, for this call and all later
 * ones. TENON_CALL_TOO_LARGE if the result exceeds the instance's limit. What a host function threw, unchanged.
 *
 * Source: Component Model, CanonicalABI.md, "canon lift".
 */
export function compileLift(
  label: string,
  type: FunctionType,
  core: CoreFunction,
  options: CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
): (...parameters: any[]) => unknown {
  return options.async
    ? compileAsyncLift(label, type, core, options, state, resolve)
    : compileSyncLift(label, type, core, options, state, resolve);
}
