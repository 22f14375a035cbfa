import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallSeries } from "./call-series.js";
import { HostMetrics, PluginSeries } from "./host-metrics.js";
import { Latency } from "./latency.js";

describe("a latency histogram", () => {
  test("has every duration in the bucket that it belongs to", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (duration) => {
        const latency = new Latency();
        latency.record(duration, 1);
        const [[below]] = latency.snapshot().buckets as [[number, number]];
        expect(duration).toBeLessThan(below);
        // The bucket is at most 25 % wide, or the one for everything that is shorter than the clock can tell.
        expect(duration * 1.25 >= below * (1 - 1e-12) || below === 2 ** -13).toBe(true);
      }),
    );
  });

  test("keeps durations that are zero, negative or enormous within its bounds", () => {
    const latency = new Latency();
    for (const duration of [0, -1, 1e300, Number.MAX_VALUE]) latency.record(duration, 1);
    const { buckets, count } = latency.snapshot();
    expect(count).toBe(4);
    expect(buckets.reduce((sum, [, each]) => sum + each, 0)).toBe(4);
    expect(buckets.map(([below]) => below)).toEqual([2 ** -13, 2 ** 21]);
  });

  test("estimates quantiles within the width of a bucket", () => {
    const latency = new Latency();
    for (let duration = 1; duration <= 1000; duration++) latency.record(duration, 1);
    const { p50, p90, p99, min, max, sum } = latency.snapshot();
    expect(Math.abs(p50 / 500 - 1)).toBeLessThan(0.25);
    expect(Math.abs(p90 / 900 - 1)).toBeLessThan(0.25);
    expect(Math.abs(p99 / 990 - 1)).toBeLessThan(0.25);
    expect([min, max, sum]).toEqual([1, 1000, 500_500]);
  });
});

/** Makes a direct call, as compiled code does. */
function direct(series: CallSeries, promise = false): { leave(): void } | undefined {
  const begun = --series.left === 0 ? series.begin() : 0;
  if (promise) return series.promised(begun);
  if (begun !== 0) series.end(begun);
  return undefined;
}

describe("a series of calls", () => {
  test("counts direct calls exactly, and its durations stand for no more than were counted", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("value", "promise", "long", "refused"), { maxLength: 2000 }), (kinds) => {
        const series = new CallSeries("f");
        const running = kinds.flatMap((kind) => {
          if (kind === "refused") series.refused({ code: "TENON_CALL_QUEUE_FULL" });
          if (kind === "long") return [series.enter()];
          if (kind === "refused") return [];
          return direct(series, kind === "promise") ?? [];
        });
        const during = series.snapshot();
        expect(during.calls).toBe(kinds.length);
        expect(during.inFlight).toBe(running.length);
        for (const call of running) call.leave();
        const { calls, inFlight, latency, errors } = series.snapshot();
        expect(calls).toBe(kinds.length);
        expect(inFlight).toBe(0);
        const refused = kinds.filter((kind) => kind === "refused").length;
        expect(errors.TENON_CALL_QUEUE_FULL ?? 0).toBe(refused);
        expect(latency.count).toBeLessThanOrEqual(kinds.length - refused);
        // What returned a promise or took the long way was timed, each call.
        expect(latency.timed).toBeGreaterThanOrEqual(running.length);
        expect(latency.buckets.reduce((sum, [, count]) => sum + count, 0)).toBe(latency.count);
      }),
    );
  });

  test("times a few of many direct calls, which stand for nearly all of them", () => {
    const series = new CallSeries("f");
    for (let call = 0; call < 100_000; call++) direct(series);
    const { calls, latency } = series.snapshot();
    expect(calls).toBe(100_000);
    expect(latency.timed).toBeLessThan(600);
    expect(latency.count).toBeGreaterThan(100_000 - 320);
  });

  test("has a bounded number of codes", () => {
    const series = new CallSeries("f");
    for (let index = 0; index < 1000; index++) series.refused({ code: `CODE_${index}` });
    series.refused("no error at all");
    const { errors } = series.snapshot();
    expect(Object.keys(errors).length).toBeLessThanOrEqual(65);
    expect(Object.values(errors).reduce((sum, count) => sum + count, 0)).toBe(1001);
  });
});

describe("metrics of a host", () => {
  const plugin = { name: "greeter", version: "1.0.0", place: "inline", state: "active" };

  test("have one series for all functions beyond the first thousand of a plugin", () => {
    const series = new PluginSeries();
    for (let index = 0; index < 1500; index++) series.of("export", `f${index}`).enter().leave();
    const called = series.called("export");
    expect(called.length).toBe(1001);
    expect(called.at(-1)).toMatchObject({ label: "*", calls: 500 });
  });

  test("keep totals of plugins that were closed", () => {
    const metrics = new HostMetrics();
    const series = new PluginSeries();
    metrics.opened(plugin, series, () => ({ running: 0, waiting: 0 }));
    series.of("export", "greet").enter().leave();
    series.of("import", "log").enter().leave({ code: "TENON_IMPORT_THREW" });
    metrics.occurred(plugin, "swaps");
    expect(metrics.snapshot().plugins).toHaveLength(1);
    metrics.closed(plugin);
    metrics.closed(plugin);
    const snapshot = metrics.snapshot();
    expect(snapshot.plugins).toEqual([]);
    expect(snapshot.closed).toEqual({
      ...{ plugins: 1, calls: 2, errors: { TENON_IMPORT_THREW: 1 } },
      ...{ crashes: 0, restarts: 0, rests: 0, swaps: 1, failedSwaps: 0 },
    });
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });
});
