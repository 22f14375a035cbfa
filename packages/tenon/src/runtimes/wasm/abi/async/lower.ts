import type { FunctionType } from "../../../../contract/core.js";
import { isTenonError } from "../../../../errors/index.js";
import { compileLowered, type Settle, thrownErrorCase } from "../calls/lower-source.js";
import type { ResolveResource } from "../calls/pass-handles.js";
import { compileOnFirstCall } from "../code/compile-on-first-call.js";
import { flattenFunction } from "../code/flatten.js";
import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import type { CallScope } from "../state/call-scope.js";
import type { ComponentState } from "../state/component-state.js";
import { reportsToGuest } from "../state/trap.js";
import { lowerOutsideCall } from "../streams/lower-outside-call.js";
import { Subtask, subtaskStates } from "./subtask.js";

/**
 * The asynchronous form of `compileLower`: if the target returns a promise, the guest does not wait for it but receives an
 * event later. The function returns the state of the call and the number of a waitable.
 *
 * Source: Component Model, CanonicalABI.md, "canon lower".
 */
export function compileAsyncLower(
  label: string,
  type: FunctionType,
  target: (...parameters: any[]) => unknown,
  options: () => CanonicalOptions,
  state: ComponentState,
  resolve: ResolveResource,
): CoreFunction {
  state.concurrency.used = true;
  const { parameters } = flattenFunction(type, "lower", true);
  const waiting = {
    async: true,
    immediate: subtaskStates.returned,
    pending(answer: PromiseLike<unknown>, scope: CallScope | undefined, pointer: number, settle: Settle): number {
      const subtask = new Subtask(answer, scope);
      subtask.index = state.handles.add(subtask);
      const finish = (value: () => unknown, isError: boolean) => {
        if (state.trapped !== undefined || subtask.isResolved) return;
        lowerOutsideCall(state, label, () => {
          try {
            settle(value(), isError, pointer);
          } catch (thrown) {
            if (!reportsToGuest(thrown, state)) throw thrown;
            state.mayLeave = true;
            subtask.failure = thrown;
          }
        });
        subtask.end(subtaskStates.returned);
      };
      answer.then(
        (value) => finish(() => value, false),
        (thrown) => {
          const gaveUp = subtask.cancellationRequested && isTenonError(thrown, "TENON_CALL_ABORTED");
          if (gaveUp && state.trapped === undefined) subtask.end(subtaskStates.cancelled);
          else finish(() => thrownErrorCase(type, thrown, label), true);
        },
      );
      return subtaskStates.started | (subtask.index << 4);
    },
  };
  return compileOnFirstCall(parameters.length, () =>
    compileLowered(label, type, target, options(), state, resolve, waiting),
  );
}
