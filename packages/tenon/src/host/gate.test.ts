import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errors, type TenonError } from "../errors/index.js";
import { createGate, type Gate } from "./gate.js";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
/** Records in which order those that wait get in, or why they do not. */
function track(gate: Gate, log: string[], name: string, signal?: AbortSignal): void {
  const entered = gate.enter(signal);
  if (entered === undefined) log.push(name);
  else
    void entered.then(
      () => log.push(name),
      (error: TenonError) => log.push(`${name}: ${error.code}`),
    );
}

describe("gate", () => {
  it("lets calls in immediately, without a promise, while there is room", () => {
    const gate = createGate({ concurrency: 2 });
    expect([gate.enter(), gate.enter()]).toEqual([undefined, undefined]);
    expect(gate.running).toBe(2);
    expect(gate.enter()).toBeInstanceOf(Promise);
    expect(gate.waiting).toBe(1);
  });

  it("hands each free slot to the call that has waited longest, never to a new one", async () => {
    const gate = createGate({ concurrency: 1 });
    const log: string[] = [];
    for (const name of ["a", "b", "c"]) track(gate, log, name);
    gate.leave();
    track(gate, log, "newcomer");
    await turn();
    expect(log).toEqual(["a", "b"]);
    expect(gate.running).toBe(1);
    for (let count = 0; count < 2; count++) gate.leave();
    await turn();
    expect(log).toEqual(["a", "b", "c", "newcomer"]);
    gate.leave();
    expect([gate.running, gate.waiting]).toEqual([0, 0]);
  });

  it("refuses calls if the queue is full", async () => {
    const gate = createGate({ concurrency: 1, queue: 1, subject: "slow" });
    gate.enter();
    const waiting = gate.enter();
    expect(() => gate.enter()).toThrow(
      expect.objectContaining({
        code: "TENON_CALL_QUEUE_FULL",
        subject: "slow",
        message: 'plugin "slow": too many calls: 1 running and 1 waiting are the most that its limits allow',
      }),
    );
    gate.leave();
    await waiting;
    expect(() => createGateFull().enter()).toThrow(expect.objectContaining({ code: "TENON_CALL_QUEUE_FULL" }));
  });

  it("removes a cancelled call from any position in the queue", async () => {
    const gate = createGate({ concurrency: 1 });
    gate.enter();
    const log: string[] = [];
    const controllers = ["a", "b", "c", "d"].map((name) => {
      const controller = new AbortController();
      track(gate, log, name, controller.signal);
      return controller;
    });
    controllers[1]!.abort();
    controllers[3]!.abort();
    controllers[0]!.abort();
    await turn();
    expect(log.splice(0)).toEqual(["b", "d", "a"].map((name) => `${name}: TENON_CALL_ABORTED`));
    expect(gate.waiting).toBe(1);
    gate.leave();
    await turn();
    expect(log).toEqual(["c"]);
    controllers[2]!.abort();
    expect([gate.running, gate.waiting]).toEqual([1, 0]);
  });

  it("refuses a call that is already cancelled, and passes on the error of a deadline", async () => {
    const gate = createGate({ concurrency: 1 });
    expect(() => gate.enter(AbortSignal.abort("why"))).toThrow(
      expect.objectContaining({ code: "TENON_CALL_ABORTED", cause: "why" }),
    );
    expect(gate.running).toBe(0);
    gate.enter();
    const deadline = errors.TENON_CALL_DEADLINE("too slow");
    const controller = new AbortController();
    const waiting = gate.enter(controller.signal);
    controller.abort(deadline);
    await expect(waiting).rejects.toBe(deadline);
  });

  it("drain rejects every waiting call, and the gate stays usable", async () => {
    const gate = createGate({ concurrency: 1 });
    gate.enter();
    const log: string[] = [];
    const controller = new AbortController();
    track(gate, log, "a");
    track(gate, log, "b", controller.signal);
    gate.drain(errors.TENON_PLUGIN_CLOSED("closed"));
    controller.abort();
    await turn();
    expect(log).toEqual(["a: TENON_PLUGIN_CLOSED", "b: TENON_PLUGIN_CLOSED"]);
    expect([gate.running, gate.waiting]).toEqual([1, 0]);
    gate.leave();
    expect(gate.enter()).toBeUndefined();
  });

  it("does not limit concurrency by default, nor with 0", () => {
    for (const gate of [
      createGate(),
      createGate({ concurrency: 0 }),
      createGate({ concurrency: Number.POSITIVE_INFINITY }),
    ]) {
      for (let count = 0; count < 1000; count++) expect(gate.enter()).toBeUndefined();
    }
  });

  it("reports being left too often", () => {
    expect(() => createGate().leave()).toThrow(expect.objectContaining({ code: "TENON_INTERNAL" }));
  });

  it.each([{ concurrency: -1 }, { concurrency: 1.5 }, { concurrency: "2" }, { queue: -1 }, { queue: Number.NaN }])(
    "refuses %o",
    (options) => {
      expect(() => createGate(options as any)).toThrow(expect.objectContaining({ code: "TENON_OPTION_INVALID" }));
    },
  );
});

it("behaves like a list and two numbers, for any sequence of operations", async () => {
  const action = fc.oneof(
    { weight: 5, arbitrary: fc.constant({ kind: "enter" } as const) },
    { weight: 4, arbitrary: fc.constant({ kind: "leave" } as const) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("abort" as const), which: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.constant({ kind: "drain" } as const) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.nat(4),
      fc.array(action, { maxLength: 40 }),
      async (concurrency, queue, actions) => {
        const gate = createGate({ concurrency, queue });
        const log: string[] = [];
        const expected: string[] = [];
        const controllers: AbortController[] = [];
        let waiting: number[] = [];
        let running = 0;
        for (const step of actions) {
          if (step.kind === "enter") {
            const id = controllers.push(new AbortController()) - 1;
            if (running >= concurrency && waiting.length >= queue) {
              expect(() => gate.enter(controllers[id]!.signal)).toThrow(
                expect.objectContaining({ code: "TENON_CALL_QUEUE_FULL" }),
              );
              continue;
            }
            track(gate, log, `${id}`, controllers[id]!.signal);
            if (running < concurrency) {
              running++;
              expected.push(`${id}`);
            } else waiting.push(id);
          } else if (step.kind === "leave" && running > 0) {
            gate.leave();
            const next = waiting.shift();
            if (next === undefined) running--;
            else expected.push(`${next}`);
          } else if (step.kind === "abort" && controllers.length > 0) {
            const id = step.which % controllers.length;
            controllers[id]!.abort();
            if (waiting.includes(id)) expected.push(`${id}: TENON_CALL_ABORTED`);
            waiting = waiting.filter((each) => each !== id);
          } else if (step.kind === "drain") {
            gate.drain(errors.TENON_PLUGIN_CLOSED("closed"));
            expected.push(...waiting.map((id) => `${id}: TENON_PLUGIN_CLOSED`));
            waiting = [];
          }
          expect([gate.running, gate.waiting]).toEqual([running, waiting.length]);
          await turn();
          expect(log).toEqual(expected);
        }
      },
    ),
  );
});

function createGateFull(): Gate {
  const gate = createGate({ concurrency: 1, queue: 0 });
  gate.enter();
  return gate;
}
