import type { CanonDefinition, Definition } from "../../../../binary/component/index.js";
import { builtInCannotWait } from "../../../../errors/factories/wasm-call.js";
import type { CoreFunction } from "../code/options.js";
import { waitingImport } from "../code/thunks.js";
import type { ComponentState } from "../state/component-state.js";
import { trap, trapOnThrow } from "../state/trap.js";

/**
 * Makes a core function of a built-in that may have to wait. While it waits it returns a promise, and the engine suspends
 * the guest's code.
 *
 * @param parameters how many it has; all are numbers of 32 bits, like its result.
 * @throws (the function) TENON_SYNC_UNAVAILABLE where it has to wait and the code cannot be suspended.
 */
export function blockingBuiltIn(
  builtIn: CoreFunction,
  parameters: number,
  what: string,
  state: ComponentState,
): CoreFunction {
  const call = trapOnThrow(state, what, builtIn);
  const refuse = (answer: Promise<unknown>) => {
    answer.catch(() => {});
    return builtInCannotWait(state.subject, what);
  };
  if (!(state.suspends || state.waitsInPlace) || WebAssembly.Suspending === undefined)
    return trapOnThrow(state, what, (...flat: number[]) => {
      const answer: unknown = builtIn(...flat);
      if (answer instanceof Promise) throw refuse(answer);
      return answer;
    });
  const pending = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  const waits = new Map<number, { readonly answer: Promise<number>; result: () => number }>();
  let last = 0;
  const shape = { parameters: new Array<"i32">(parameters).fill("i32"), results: ["i32"] } as const;
  return waitingImport(shape, {
    call(...flat) {
      const canWait = canSuspendNow(state);
      const answer: unknown = call(...flat);
      if (!(answer instanceof Promise)) return answer;
      if (!canWait) throw trap(state, refuse(answer), what);
      last = (last % 0x7fff_ffff) + 1;
      waits.set(last, { answer, result: () => 0 });
      pending.value = last;
      return 0;
    },
    pending,
    async wait(number) {
      const wait = waits.get(number)!;
      await wait.answer.then(
        (value) => {
          wait.result = () => value;
        },
        (thrown) => {
          wait.result = () => {
            throw trap(state, thrown, what);
          };
        },
      );
    },
    resume: () => true,
    finish(number: number) {
      const { result } = waits.get(number)!;
      waits.delete(number);
      return result();
    },
  });
}

/** Whether the engine can suspend the running code. */
export function canSuspendNow({ suspends, concurrency }: ComponentState): boolean {
  return concurrency.waiting !== undefined || (suspends && concurrency.current !== undefined);
}

/** Whether a definition is a built-in that may have to wait. */
export function mayWait(definition: Definition | CanonDefinition): boolean {
  switch (definition.kind) {
    case "waitable-set-wait":
    case "thread-yield":
      return true;
    case "stream-read":
    case "stream-write":
    case "future-read":
    case "future-write":
      return !definition.options.async;
    case "stream-cancel-read":
    case "stream-cancel-write":
    case "future-cancel-read":
    case "future-cancel-write":
    case "subtask-cancel":
      return !definition.async;
    default:
      return false;
  }
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
