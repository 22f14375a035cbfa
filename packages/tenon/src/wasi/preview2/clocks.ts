import type { HostInterface } from "../model/types.js";
import type { Context } from "./io/context.js";
import { Pollable } from "./io/pollable.js";

/** `wasi:clocks/wall-clock.datetime`. */
export interface DateTime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

const second = 1_000_000_000n;

export function dateTime(nanoseconds: bigint): DateTime {
  return { seconds: nanoseconds / second, nanoseconds: Number(nanoseconds % second) };
}

export function nanosecondsOf({ seconds, nanoseconds }: DateTime): bigint {
  return seconds * second + BigInt(nanoseconds);
}

/** `wasi:clocks/wall-clock`. */
export const wallClock = ({ capabilities: { clocks } }: Context): HostInterface => ({
  functions: { now: () => dateTime(clocks.wall()), resolution: () => dateTime(clocks.resolution) },
  resources: {},
});

/** `wasi:clocks/monotonic-clock`. */
export const monotonicClock = ({ capabilities: { clocks } }: Context): HostInterface => {
  const at = (due: bigint) => new Pollable(() => clocks.monotonic() >= due, due);
  return {
    functions: {
      now: () => clocks.monotonic(),
      resolution: () => clocks.resolution,
      "subscribe-instant": at,
      "subscribe-duration": (duration: bigint) => at(clocks.monotonic() + duration),
    },
    resources: {},
  };
};

/** `wasi:clocks/timezone`: always UTC, so that plugins do not learn where the host is. */
export const timezone = (): HostInterface => ({
  functions: {
    display: () => ({ utcOffset: 0, name: "UTC", inDaylightSavingTime: false }),
    "utc-offset": () => 0,
  },
  resources: {},
});
