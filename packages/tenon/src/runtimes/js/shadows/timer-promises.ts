import type * as TimersPromises from "node:timers/promises";
import type { TimerShadows } from "./timers.js";

interface Options {
  readonly ref?: boolean;
  readonly signal?: AbortSignal;
}

/** Makes the functions of `node:timers/promises` from a plugin's own timers, so that they end with the plugin. */
export function timerPromises(timers: TimerShadows["functions"]): TimerShadows["promises"] {
  const wait = (start: (done: () => void) => NodeJS.Timeout | NodeJS.Immediate, options: Options, end: Function) =>
    new Promise<void>((resolve, reject) => {
      const { signal, ref = true } = options;
      if (signal?.aborted) return reject(aborted(signal));
      const abort = () => {
        end(timer);
        reject(aborted(signal));
      };
      const timer = start(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      });
      if (!ref) timer.unref();
      signal?.addEventListener("abort", abort, { once: true });
    });
  return {
    setTimeout: (async (delay?: number, value?: unknown, options: Options = {}) => {
      await wait((done) => timers.setTimeout(done, delay), options, timers.clearTimeout);
      return value;
    }) as typeof TimersPromises.setTimeout,
    setImmediate: (async (value?: unknown, options: Options = {}) => {
      await wait((done) => timers.setImmediate(done), options, timers.clearImmediate);
      return value;
    }) as typeof TimersPromises.setImmediate,
    setInterval: ((delay?: number, value?: unknown, options: Options = {}) =>
      every(timers, delay, value, options)) as typeof TimersPromises.setInterval,
  };
}

async function* every(timers: TimerShadows["functions"], delay: number | undefined, value: unknown, options: Options) {
  const { signal, ref = true } = options;
  if (signal?.aborted) throw aborted(signal);
  let due = 0;
  let wake = () => {};
  const timer = timers.setInterval(() => {
    due += 1;
    wake();
  }, delay);
  if (!ref) timer.unref();
  const abort = () => wake();
  signal?.addEventListener("abort", abort);
  try {
    for (;;) {
      for (; due > 0; due--) yield value;
      if (signal?.aborted) throw aborted(signal);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    timers.clearInterval(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** The error that Node's own functions reject with. */
function aborted(signal: AbortSignal | undefined): Error {
  const error = new Error("The operation was aborted", { cause: signal?.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}
