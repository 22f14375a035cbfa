import { builtInCannotWait } from "../../../../errors/factories/wasm-call.js";
import type { ComponentState } from "../component-state.js";
import type { CoreFunction } from "../options.js";
import { trapOnThrow } from "../trap.js";

/**
 * Makes a core function of a built-in that may have to wait. While it waits it returns a promise, and the engine suspends
 * the guest's code.
 *
 * @returns an import: a `WebAssembly.Suspending` object where the engine can suspend the instance's code (only tasks can
 * call it then), otherwise a function.
 * @throws (the function) TENON_SYNC_UNAVAILABLE where it has to wait and the code cannot be suspended.
 */
export function blockingBuiltIn(builtIn: CoreFunction, what: string, state: ComponentState): CoreFunction {
  if (state.suspends && WebAssembly.Suspending !== undefined)
    return new WebAssembly.Suspending(trapOnThrow(state, what, builtIn)) as unknown as CoreFunction;
  return (...flat) => {
    const answer: unknown = builtIn(...flat);
    if (!(answer instanceof Promise)) return answer;
    answer.catch(() => {});
    throw builtInCannotWait(state.subject, what);
  };
}

/**
 * Suspends the running code until the promise is settled. If the code belongs to a task without a callback, other calls
 * may enter the instance meanwhile.
 */
export async function suspendUntil<T>(state: ComponentState, promise: Promise<T>): Promise<T> {
  const { concurrency } = state;
  const { current, storage } = concurrency;
  if (current?.isStackful !== true) return promise;
  concurrency.current = undefined;
  state.mayEnter = true;
  concurrency.left(state);
  const value = await promise;
  await new Promise<void>((resolve) => {
    concurrency.takeTurn(state, () => {
      state.mayEnter = false;
      concurrency.current = current;
      concurrency.storage = storage;
      resolve();
    });
  });
  return value;
}
