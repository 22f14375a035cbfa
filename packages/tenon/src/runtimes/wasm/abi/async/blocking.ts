import { errors } from "../../../../errors/index.js";
import type { ComponentState } from "../component-state.js";
import type { CoreFunction } from "../options.js";
import { trapping } from "../trap.js";

/**
 * A built-in that may have to wait where it stands: it returns a promise then, and the engine suspends the guest's code.
 *
 * @returns what can be imported: where the engine has JavaScript Promise Integration no function, but what stands for one.
 * @throws (the function) TENON_SYNC_UNAVAILABLE where the engine has it not.
 */
export function blocking(builtIn: CoreFunction, what: string, state: ComponentState): CoreFunction {
  if (WebAssembly.Suspending !== undefined)
    return new WebAssembly.Suspending(trapping(state, what, builtIn)) as unknown as CoreFunction;
  return (...flat) => {
    const answer: unknown = builtIn(...flat);
    if (!(answer instanceof Promise)) return answer;
    answer.catch(() => {});
    throw errors.TENON_SYNC_UNAVAILABLE({
      message: `${state.subject}: ${what} waits where it stands, and this version of Node has no JavaScript Promise Integration`,
      subject: state.subject,
      fix: { text: "Use a Node that has it, or build the plugin with callbacks, as wit-bindgen does." },
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
