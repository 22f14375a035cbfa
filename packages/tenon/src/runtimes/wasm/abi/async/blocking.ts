import { errors } from "../../../../errors/index.js";
import type { ComponentState } from "../component-state.js";
import type { CoreFunction } from "../options.js";
import { trapping } from "../trap.js";

/**
 * A built-in that may have to wait where it stands: it returns a promise then, and the engine suspends the guest's code.
 *
 * @returns what can be imported: where the instance's code can be suspended no function, but what the engine takes for
 * one. It can then be called only by tasks.
 * @throws (the function) TENON_SYNC_UNAVAILABLE where code cannot be suspended.
 */
export function blocking(builtIn: CoreFunction, what: string, state: ComponentState): CoreFunction {
  if (state.suspends && WebAssembly.Suspending !== undefined)
    return new WebAssembly.Suspending(trapping(state, what, builtIn)) as unknown as CoreFunction;
  return (...flat) => {
    const answer: unknown = builtIn(...flat);
    if (!(answer instanceof Promise)) return answer;
    answer.catch(() => {});
    throw errors.TENON_SYNC_UNAVAILABLE({
      message: `${state.subject}: ${what} waits where it stands, and its code cannot be suspended there`,
      subject: state.subject,
      fix: { text: "Wait in an asynchronous function of the plugin, as wit-bindgen does, not in a synchronous one." },
    });
  };
}

/**
 * Suspends the code that runs until the promise is settled. Others may enter the instance meanwhile, if the code belongs
 * to a task without a callback.
 */
export async function suspended<T>(state: ComponentState, promise: Promise<T>): Promise<T> {
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
