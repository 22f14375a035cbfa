import type { FunctionType } from "../../../../contract/core.js";
import { promiseInSyncCall } from "../../../../errors/factories/wasm-call.js";
import { compileLowered, type Settle, thrownErrorCase } from "../calls/lower-source.js";
import type { ResolveResource } from "../calls/pass-handles.js";
import { flattenFunction } from "../code/flatten.js";
import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import { waitingImport } from "../code/thunks.js";
import type { CallScope } from "../state/call-scope.js";
import type { CallStack } from "../state/call-stack.js";
import type { ComponentState } from "../state/component-state.js";
import { trap } from "../state/trap.js";

/**
 * `compileLower` for an instance with a stack of calls: if the target returns a promise, and the code was called through
 * `compileLiftOnStack`, the engine suspends it. Code that was called in another way cannot wait.
 *
 * @throws (the compiled function) what the function of `compileLower` throws.
 */
export function compileLowerOnStack(
  label: string,
  type: FunctionType,
  target: (...parameters: any[]) => unknown,
  options: () => CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
  stack: CallStack,
): CoreFunction {
  const { parameters, results } = flattenFunction(type, "lower", false);
  const pending = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  // Returned while there is no result yet.
  const nothing = results[0] === "i64" ? 0n : 0;
  const suspend = (awaited: Promise<unknown>, finish: () => unknown) => {
    const frame = stack.current!;
    frame.awaited = awaited;
    frame.finish = finish;
    pending.value = frame.number;
    return nothing;
  };
  const waiting = {
    async: false,
    immediate: undefined,
    pending(answer: PromiseLike<unknown>, scope: CallScope | undefined, pointer: number, settle: Settle): unknown {
      if (!stack.canWait) {
        answer.then(undefined, () => {});
        throw promiseInSyncCall(label);
      }
      let outcome: Settled = { thrown: undefined };
      const settled = Promise.resolve(answer).then(
        (value) => {
          outcome = { value };
        },
        (thrown) => {
          outcome = { thrown };
        },
      );
      return suspend(settled, () => {
        try {
          scope?.end();
          if ("value" in outcome) return settle(outcome.value, false, pointer);
          return settle(thrownErrorCase(type, outcome.thrown, label), true, pointer);
        } catch (thrown) {
          throw trap(state, thrown, label);
        }
      });
    },
  };
  let compiled: CoreFunction | undefined;
  const call: CoreFunction = (...flat) => {
    compiled ??= compileLowered(label, type, target, options(), state, resolve, waiting);
    const frame = stack.canWait ? stack.current : undefined;
    if (frame === undefined) return compiled(...flat);
    frame.inHostFunction = true;
    try {
      const result: unknown = compiled(...flat);
      // The target may have called the instance, and left that call suspended.
      if (pending.value !== 0 || stack.runsOnTop) return result;
      return suspend(Promise.resolve(), () => result);
    } finally {
      frame.inHostFunction = false;
    }
  };
  return waitingImport(
    { parameters, results },
    {
      call,
      pending,
      wait: (number) => stack.wait(number),
      resume: (number) => stack.resume(number),
      finish: (number: number) => stack.finish(number),
    },
  );
}

type Settled = { readonly value: unknown } | { readonly thrown: unknown };
