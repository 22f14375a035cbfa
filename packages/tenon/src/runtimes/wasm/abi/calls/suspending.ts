import type { FunctionType } from "../../../../contract/core.js";
import { promiseIntegrationMissing } from "../../../../errors/factories/wasm-call.js";
import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import type { CallScope } from "../state/call-scope.js";
import type { ComponentState } from "../state/component-state.js";
import { trap } from "../state/trap.js";
import { suspendUntil } from "../streams/blocking.js";
import { compileLowered, type Settle, thrownErrorCase } from "./lower-source.js";
import type { ResolveResource } from "./pass-handles.js";
import { compileSyncLift } from "./sync-lift.js";

/** Whether the engine can suspend WebAssembly code that waits for a promise: JavaScript Promise Integration. */
export const canSuspend = WebAssembly.Suspending !== undefined && WebAssembly.promising !== undefined;

/**
 * `compileLower` for a target that may return a promise: the engine suspends the guest's code until the promise is settled.
 * For code that was called through {@link compileLiftPromising}, or that belongs to a task without a callback.
 *
 * @returns a `WebAssembly.Suspending` object, which can be imported like a function.
 * @throws TENON_SYNC_UNAVAILABLE if the engine cannot suspend code: see {@link canSuspend}.
 */
export function compileLowerSuspending(
  label: string,
  type: FunctionType,
  target: (...parameters: any[]) => unknown,
  options: () => CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
): CoreFunction {
  if (WebAssembly.Suspending === undefined) throw promiseIntegrationMissing(label);
  const waiting = {
    async: false,
    immediate: undefined,
    pending(answer: PromiseLike<unknown>, scope: CallScope | undefined, pointer: number, settle: Settle) {
      const finish = (value: () => unknown, isError: boolean) => {
        try {
          scope?.end();
          return settle(value(), isError, pointer);
        } catch (thrown) {
          throw trap(state, thrown, label);
        }
      };
      // Both outcomes wait until the guest can continue.
      const outcome = Promise.resolve(answer).then(
        (value) => ({ value: () => value, isError: false }),
        (thrown) => ({ value: () => thrownErrorCase(type, thrown, label), isError: true }),
      );
      return suspendUntil(state, outcome).then(({ value, isError }) => finish(value, isError));
    },
  };
  let compiled: CoreFunction | undefined;
  const lowered: CoreFunction = (...flat) => {
    compiled ??= compileLowered(label, type, target, options(), state, resolve, waiting);
    return compiled(...flat);
  };
  return new WebAssembly.Suspending(lowered) as unknown as CoreFunction;
}

/**
 * `compileLift` for a function whose code may be suspended while it waits for the host: it returns a promise, and the
 * instance cannot be entered until that is settled.
 *
 * @throws TENON_SYNC_UNAVAILABLE if the engine cannot suspend code: see {@link canSuspend}.
 */
export function compileLiftPromising(
  label: string,
  type: FunctionType,
  core: CoreFunction,
  options: CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
): (...parameters: any[]) => Promise<unknown> {
  if (WebAssembly.promising === undefined) throw promiseIntegrationMissing(label);
  const promising = WebAssembly.promising(core);
  return compileSyncLift(label, type, promising, options, state, resolve, true) as (
    ...parameters: any[]
  ) => Promise<unknown>;
}
