import { Failure } from "../model/failure.js";
import { WasiExit } from "../model/types.js";
import type { Context, Preview1Functions } from "./context.js";

/** `clock_*`, `random_get`, `sched_yield`, `proc_exit` and `proc_raise`. */
export function clockAndRandomFunctions({ memory, capabilities }: Context): Preview1Functions {
  return {
    clock_res_get(clock: number, resolution: number) {
      if (clock !== 0 && clock !== 1) throw new Failure("invalid");
      memory.setU64(resolution, capabilities.clocks.resolution);
    },
    clock_time_get(clock: number, _precision: bigint, time: number) {
      memory.setU64(time, readClock(capabilities.clocks, clock));
    },
    random_get(pointer: number, length: number) {
      capabilities.randomness.fill(memory.bytes(pointer, length));
    },
    sched_yield() {},
    proc_exit(code: number) {
      throw new WasiExit(code >>> 0);
    },
    proc_raise(signal: number) {
      // Shells report a process that was killed by a signal like this.
      throw new WasiExit(128 + (signal & 0x7f));
    },
  };
}

/** @throws Failure `invalid` for the clocks of processor time, which are not available */
export function readClock(clocks: Context["capabilities"]["clocks"], clock: number): bigint {
  if (clock === 1) return clocks.monotonic();
  if (clock === 0) return clocks.wall();
  throw new Failure("invalid");
}
