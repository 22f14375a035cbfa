import { promisify } from "node:util";
import { timerPromises } from "./timer-promises.js";

/** The timer functions that a script may call. */
export interface TimerShadows {
  readonly functions: {
    readonly setTimeout: typeof setTimeout;
    readonly setInterval: typeof setInterval;
    readonly setImmediate: typeof setImmediate;
    readonly clearTimeout: typeof clearTimeout;
    readonly clearInterval: typeof clearInterval;
    readonly clearImmediate: typeof clearImmediate;
    readonly queueMicrotask: typeof queueMicrotask;
  };
  /** The same as `node:timers/promises`. What waits for one at the release never continues. */
  readonly promises: Pick<typeof import("node:timers/promises"), "setTimeout" | "setImmediate" | "setInterval">;
  /** Clears the running timers; later calls schedule nothing. */
  release(): void;
}

type Callback = (...parameters: unknown[]) => void;

/**
 * Makes timers that end with the plugin. What a callback throws is a failure of the plugin, not of the host.
 *
 * @param failed Called with what a callback threw.
 */
export function shadowTimers(failed: (thrown: unknown) => void): TimerShadows {
  const running = new Set<NodeJS.Timeout | NodeJS.Immediate>();
  let released = false;
  const guarded =
    (callback: Callback): Callback =>
    (...parameters) => {
      if (released) return;
      try {
        callback(...parameters);
      } catch (thrown) {
        failed(thrown);
      }
    };
  const keep = <T extends NodeJS.Timeout | NodeJS.Immediate>(timer: T, clear: (timer: T) => void): T => {
    if (released) clear(timer);
    else running.add(timer);
    return timer;
  };
  const once = (start: (callback: Callback, ...parameters: any[]) => any, clear: (timer: any) => void) => {
    const schedule = (callback: unknown, ...parameters: unknown[]) => {
      if (typeof callback !== "function") return start(callback as Callback, ...parameters);
      const timer = start(
        (...given: unknown[]) => {
          running.delete(timer);
          guarded(callback as Callback)(...given);
        },
        ...parameters,
      );
      return keep(timer, clear);
    };
    return schedule;
  };
  const clearing = (clear: (timer: any) => void) => (timer: any) => {
    if (typeof timer === "object" && timer !== null) running.delete(timer);
    else for (const known of running) if (Number(known) === Number(timer)) running.delete(known);
    clear(timer);
  };
  const functions: TimerShadows["functions"] = {
    setTimeout: once(setTimeout, clearTimeout) as unknown as typeof setTimeout,
    setInterval: ((callback: Callback, ...rest: any[]) =>
      keep(
        setInterval(typeof callback === "function" ? guarded(callback) : callback, ...rest),
        clearInterval,
      )) as typeof setInterval,
    setImmediate: once(setImmediate, clearImmediate) as unknown as typeof setImmediate,
    clearTimeout: clearing(clearTimeout),
    clearInterval: clearing(clearInterval),
    clearImmediate: clearing(clearImmediate),
    queueMicrotask: (callback) => queueMicrotask(typeof callback === "function" ? guarded(callback) : callback),
  };
  const promises = timerPromises(functions);
  Object.assign(functions.setTimeout, { [promisify.custom]: promises.setTimeout });
  Object.assign(functions.setImmediate, { [promisify.custom]: promises.setImmediate });
  return {
    functions,
    promises,
    release() {
      released = true;
      for (const timer of running) {
        if ("hasRef" in timer && "refresh" in timer) clearTimeout(timer);
        else clearImmediate(timer as NodeJS.Immediate);
      }
      running.clear();
    },
  };
}
