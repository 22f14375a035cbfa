import { type Clocks, FixedClocks } from "../../../wasi/index.js";
import type { CoreFunction } from "../abi/code/options.js";
import type { ComponentState } from "../abi/index.js";
import { trapOnThrow } from "../abi/state/trap.js";
import { eventCodes, Waitable, WaitableSet } from "../abi/streams/waitable.js";

/** The import module through which a guest with its own scheduler asks to be called when its next timer is due. */
export const timerModule = "tenon:guest/timer";

/** A timer's milliseconds are limited to 32 bits. A guest that is called too early asks again. */
const longestWait = 2_000_000_000;

/** @param clocks the clocks that the guest sees. Fixed clocks advance by the time waited, and waiting takes no time. */
export function timerImports(clocks: Clocks, state: ComponentState): Readonly<Record<string, CoreFunction>> {
  const waitable = new Waitable();
  let timeout: NodeJS.Timeout | undefined;
  const stop = () => clearTimeout(timeout);
  const dependent = { fail: stop };
  return {
    /** Sends an event without a code to a waitable set after so many nanoseconds. A negative number cancels that. */
    set: trapOnThrow(state, "timer.set", (set: number, nanoseconds: bigint) => {
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
