import { type Clocks, FixedClocks } from "../../../wasi/index.js";
import { eventCodes, Waitable, WaitableSet } from "../abi/async/waitable.js";
import type { ComponentState } from "../abi/index.js";
import type { CoreFunction } from "../abi/options.js";
import { trapping } from "../abi/trap.js";

/** The import module by which a guest with a scheduler of its own asks to be called when its next timer is due. */
export const timerModule = "tenon:guest/timer";

/** A timer's milliseconds are 32 bits: the guest asks again when it is called too early. */
const longestWait = 2_000_000_000;

/** @param clocks those that the guest sees: fixed ones go on by what is waited, which takes no time. */
export function timerImports(clocks: Clocks, state: ComponentState): Readonly<Record<string, CoreFunction>> {
  const waitable = new Waitable();
  let timeout: NodeJS.Timeout | undefined;
  const stop = () => clearTimeout(timeout);
  const dependent = { fail: stop };
  return {
    /** Has a waitable set told of an event without a code after so many nanoseconds; negative: not any more. */
    set: trapping(state, "timer.set", (set: number, nanoseconds: bigint) => {
      stop();
      waitable.join(state.handles.get(set, WaitableSet, "waitable set"));
      if (nanoseconds < 0n) return;
      const isFixed = clocks instanceof FixedClocks;
      const milliseconds = isFixed ? 0 : Math.min(Math.ceil(Number(nanoseconds) / 1e6), longestWait);
      timeout = setTimeout(() => {
        if (isFixed) clocks.sleep(nanoseconds);
        if (state.trapped === undefined) waitable.announce(() => [eventCodes.none, 0, 0]);
      }, milliseconds);
      state.concurrency.dependents.add(dependent);
    }),
  };
}
