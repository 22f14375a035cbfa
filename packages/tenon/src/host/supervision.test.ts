import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSupervision, type SupervisionOptions } from "./supervision.js";

/** A clock that stands still until it is moved, and a chance that is always the same. */
function clock(chance = 0) {
  let time = 0;
  return { now: () => time, random: () => chance, advance: (milliseconds: number) => (time += milliseconds) };
}
const supervise = (options: SupervisionOptions, time = clock()) => ({
  time,
  supervision: createSupervision(options, time),
});

describe("back-off", () => {
  it("grows with each crash up to its limit", () => {
    const { supervision } = supervise({ crashes: 100, backoff: { first: 100, factor: 3, max: 1000 } });
    expect([1, 2, 3, 4].map(() => supervision.crashed())).toEqual(
      [100, 300, 900, 1000].map((delay) => ({ action: "restart", delay })),
    );
  });

  it("shrinks as crashes leave the window", () => {
    const { supervision, time } = supervise({ window: 1000, backoff: { first: 10, factor: 2 } });
    supervision.crashed();
    expect(supervision.crashed()).toEqual({ action: "restart", delay: 20 });
    time.advance(1000);
    expect(supervision.crashed()).toEqual({ action: "restart", delay: 10 });
  });

  it("takes the random share off the delay", () => {
    expect(supervise({ backoff: { first: 100, jitter: 0.5 } }, clock(0.5)).supervision.crashed()).toEqual({
      action: "restart",
      delay: 75,
    });
  });

  it("has the documented defaults", () => {
    const { supervision } = supervise({});
    expect([1, 2, 3, 4, 5, 6].map(() => supervision.crashed())).toEqual([
      ...[100, 200, 400, 800, 1600].map((delay) => ({ action: "restart", delay })),
      { action: "open-circuit", until: 30_000 },
    ]);
  });
});

describe("an instance that another plugin ended", () => {
  it("is restarted immediately, and does not count as a crash", () => {
    const { supervision } = supervise({ crashes: 0 });
    expect([1, 2, 3].map(() => supervision.displaced())).toEqual(
      [1, 2, 3].map(() => ({ action: "restart", delay: 0 })),
    );
    expect(supervision.crashed().action).toBe("open-circuit");
  });

  it("stays down if restart is off", () => {
    const { supervision } = supervise({ restart: false });
    expect(supervision.displaced()).toEqual({ action: "stop" });
    expect(supervision.state).toBe("stopped");
  });
});

describe("circuit breaker", () => {
  const options = { crashes: 2, window: 1000, cooldown: 500 };

  it("opens at one crash more than is tolerated inside the window", () => {
    const { supervision, time } = supervise(options);
    expect(supervision.crashed().action).toBe("restart");
    time.advance(900);
    expect(supervision.crashed().action).toBe("restart");
    time.advance(50);
    expect(supervision.state).toBe("closed");
    expect(supervision.crashed()).toEqual({ action: "open-circuit", until: 1450 });
    expect(supervision.state).toBe("open");
    expect(supervision.until).toBe(1450);
  });

  it("stays closed while crashes are far enough apart", () => {
    const { supervision, time } = supervise(options);
    for (let count = 0; count < 50; count++) {
      expect(supervision.crashed().action).toBe("restart");
      time.advance(500);
    }
  });

  it("lets one restart through after the cooldown, and closes when that goes well", () => {
    const { supervision, time } = supervise({ ...options, crashes: 0 });
    supervision.crashed();
    expect(supervision.probe()).toBe(false);
    time.advance(500);
    expect(supervision.probe()).toBe(true);
    expect(supervision.state).toBe("half-open");
    expect(supervision.probe()).toBe(false);
    supervision.succeeded();
    expect(supervision.state).toBe("closed");
    expect(supervision.until).toBeUndefined();
  });

  it("opens again immediately when the restart crashes", () => {
    const { supervision, time } = supervise({ ...options, crashes: 2, cooldown: 500 });
    for (let count = 0; count < 3; count++) supervision.crashed();
    time.advance(500);
    supervision.probe();
    expect(supervision.crashed()).toEqual({ action: "open-circuit", until: 1000 });
    expect(supervision.probe()).toBe(false);
  });

  it("does not extend an open circuit for late reports of crashes", () => {
    const { supervision, time } = supervise({ ...options, crashes: 0 });
    supervision.crashed();
    time.advance(100);
    expect(supervision.crashed()).toEqual({ action: "open-circuit", until: 500 });
  });

  it("clears nothing after a success of a closed circuit, and everything at a reset", () => {
    const { supervision } = supervise(options);
    supervision.crashed();
    supervision.crashed();
    supervision.succeeded();
    expect(supervision.crashed().action).toBe("open-circuit");
    supervision.reset();
    expect(supervision.state).toBe("closed");
    expect(supervision.crashed()).toEqual({ action: "restart", delay: 100 });
  });

  it("never restarts if restart is off", () => {
    const { supervision } = supervise({ restart: false });
    expect(supervision.crashed()).toEqual({ action: "stop" });
    expect(supervision.state).toBe("stopped");
    expect(supervision.probe()).toBe(false);
  });
});

it.each([
  [{ restart: "yes" }, "supervision.restart: expected true or false"],
  [{ backoff: 3 }, "supervision.backoff: expected an object"],
  [{ backoff: { first: -1 } }, "supervision.backoff.first: expected a number from 0"],
  [{ backoff: { factor: 0.5 } }, "supervision.backoff.factor"],
  [{ backoff: { first: 100, max: 10 } }, "supervision.backoff.max: expected a number from 100"],
  [{ backoff: { max: 2 ** 31 } }, "supervision.backoff.max"],
  [{ backoff: { jitter: 2 } }, "supervision.backoff.jitter"],
  [{ crashes: 1.5 }, "supervision.crashes: expected a whole number"],
  [{ crashes: Number.NaN }, "got number NaN"],
  [{ window: 0 }, "supervision.window"],
  [{ cooldown: "1s" }, 'supervision.cooldown: expected a number from 0 to 2147483647, got string "1s"'],
])("refuses %o", (options, message) => {
  expect(() => createSupervision(options as any)).toThrow(
    expect.objectContaining({ code: "TENON_OPTION_INVALID", message: expect.stringContaining(message) }),
  );
});

it("never restarts more often than is tolerated inside any window", () => {
  const anyOptions = fc.record({
    crashes: fc.nat(4),
    window: fc.integer({ min: 1, max: 1000 }),
    cooldown: fc.nat(300),
  });
  fc.assert(
    fc.property(anyOptions, fc.array(fc.nat(400), { maxLength: 60 }), (options, gaps) => {
      const { supervision, time } = supervise(options);
      const restarts: number[] = [];
      for (const gap of gaps) {
        time.advance(gap);
        if (supervision.state === "open" && !supervision.probe()) continue;
        const decision = supervision.crashed();
        if (decision.action === "restart") {
          expect(decision.delay).toBeGreaterThanOrEqual(0);
          restarts.push(time.now());
        } else expect(decision).toEqual({ action: "open-circuit", until: time.now() + options.cooldown });
      }
      for (const [index, at] of restarts.entries()) {
        expect(restarts.slice(0, index + 1).filter((each) => at - each < options.window).length).toBeLessThanOrEqual(
          options.crashes,
        );
      }
    }),
  );
});
