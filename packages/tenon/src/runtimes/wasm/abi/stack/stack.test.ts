import { setImmediate as turn } from "node:timers/promises";
import { needs, times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { list, module, name, section } from "../../../../binary/testing/assembler.mjs";
import { type FunctionType, t } from "../../../../contract/index.js";
import {
  CallStack,
  ComponentState,
  canSuspend,
  compileLift,
  compileLiftOnStack,
  compileLower,
  compileLowerOnStack,
} from "../index.js";
import { functionOf, noResources } from "../testing/guest-heap.mjs";

const i32 = 0x7f;
const addOne: FunctionType = functionOf([t.u32], t.u32);
const coded = (code: string, message = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });
const suspending = needs(canSuspend ? undefined : "this version of Node cannot suspend WebAssembly (JSPI)");

/** The guest keeps its parameter on its own stack, calls the host, and returns the sum of both. */
const body = [
  ...[0x23, 0, 0x41, 16, 0x6b, 0x24, 0],
  ...[0x23, 0, 0x20, 0, 0x36, 2, 0],
  ...[0x20, 0, 0x10, 0, 0x21, 1],
  ...[0x23, 0, 0x28, 2, 0, 0x20, 1, 0x6a],
  ...[0x23, 0, 0x41, 16, 0x6a, 0x24, 0],
];
const guestBytes = module(
  section(1, list([0x60, ...list([i32]), ...list([i32])])),
  section(2, list([...name("i"), ...name("host"), 0, 0])),
  section(3, list([0], [0])),
  section(5, list([0, 1])),
  section(6, list([i32, 1, 0x41, 0x80, 0x80, 0x04, 0x0b])),
  section(7, list([...name("ask"), 0, 1], [...name("fail"), 0, 2])),
  section(10, list([body.length + 4, 1, 1, i32, ...body, 0x0b], [3, 0, 0x00, 0x0b])),
);

type Call = (value: number) => unknown;

function guest(host: Call, lower: "waits" | "plain" = "waits") {
  const lost: unknown[] = [];
  const state = new ComponentState("guest", 0, (error) => lost.push(error));
  state.reentrant = true;
  const stack = new CallStack(state);
  state.stack = stack;
  const options = {
    stringEncoding: "utf8",
    memory: undefined,
    realloc: undefined,
    postReturn: undefined,
    async: false,
    callback: undefined,
  } as const;
  const imported =
    lower === "waits"
      ? compileLowerOnStack("host", addOne, host, () => options, state, noResources, stack)
      : compileLower("host", addOne, host, () => options, state, noResources);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(guestBytes), { i: { host: imported } });
  const { ask, fail } = instance.exports as Record<string, (value: number) => number>;
  const lift = (label: string, core: (value: number) => number) =>
    compileLiftOnStack(label, addOne, core, options, state, noResources, stack);
  return {
    lost,
    state,
    start: lift("ask", ask!) as Call,
    fail: lift("fail", fail!) as Call,
    sync: compileLift("ask", addOne, ask!, options, state, noResources) as Call,
  };
}

/** A host function whose promises the test resolves. */
function later() {
  const waiting: { value: number; answer: (value: number) => void; refuse: (error: Error) => void }[] = [];
  const host = (value: number) =>
    new Promise<number>((answer, refuse) => {
      waiting.push({ value, answer, refuse });
    });
  const settle = (value: number) => waiting.find((each) => each.value === value)!.answer(value * 100);
  return { waiting, host, settle };
}

describe("calls that the engine suspends on an instance's one stack", () => {
  suspending.test("return without a promise if the host does", () => {
    const { start, sync } = guest((value) => value + 1);
    expect(start(1)).toBe(3);
    expect(sync(2)).toBe(5);
  });

  suspending.test("end in reverse order, whichever host function returns first", async () => {
    const { host, settle } = later();
    const { start } = guest(host);
    const ended: number[] = [];
    const calls = [1, 2, 3].map(async (value) => {
      expect(await start(value)).toBe(value + value * 100);
      ended.push(value);
    });
    settle(1);
    settle(2);
    await turn();
    expect(ended).toEqual([]);
    settle(3);
    await Promise.all(calls);
    expect(ended).toEqual([3, 2, 1]);
  });

  suspending.test("let synchronous calls run on top of them", async () => {
    const { host, settle } = later();
    const { start, sync } = guest((value) => (value === 1 ? host(value) : value));
    const first = start(1);
    expect(sync(4)).toBe(8);
    settle(1);
    expect(await first).toBe(101);
  });

  suspending.test("can be made by a host function that another call waits for", async () => {
    const { start } = guest(async (value) => (value === 0 ? 0 : ((await made.start(value - 1)) as number)));
    const made = { start };
    expect(await start(20)).toBe(210);
  });

  suspending.test("hold up the call whose host function made them without waiting", async () => {
    const { host, settle } = later();
    const made: unknown[] = [];
    const { start } = guest((value) => {
      if (value !== 1) return host(value);
      made.push(start(2));
      return 7;
    });
    const first = start(1) as Promise<number>;
    let ended = false;
    void first.then(() => {
      ended = true;
    });
    await turn();
    expect(ended).toBe(false);
    settle(2);
    expect(await made[0]).toBe(202);
    expect(await first).toBe(8);
  });

  suspending.test("start when code that cannot wait has ended", async () => {
    const { host, settle, waiting } = later();
    const made: unknown[] = [];
    const { sync, start } = guest((value) => {
      if (value !== 1) return host(value);
      made.push(start(2));
      expect(waiting).toEqual([]);
      return 7;
    });
    expect(sync(1)).toBe(8);
    await turn();
    settle(2);
    expect(await made[0]).toBe(202);
  });

  suspending.test("cannot wait if they are synchronous, or if the host function is", () => {
    const waits = guest(async (value) => value);
    expect(() => waits.sync(1)).toThrowError(coded("TENON_SYNC_UNAVAILABLE"));
    const plain = guest(async (value) => value, "plain");
    return expect((async () => plain.start(1))()).rejects.toThrowError(coded("TENON_SYNC_UNAVAILABLE"));
  });

  suspending.test("all fail with a coded error when one of them traps", async () => {
    const { host, settle, waiting } = later();
    const { start, fail, lost } = guest(host);
    const first = start(1);
    await expect(fail(0)).rejects.toThrowError(coded("TENON_WASM_TRAP", "fail()"));
    await expect(first).rejects.toThrowError(coded("TENON_WASM_TRAP"));
    expect(lost).toHaveLength(1);
    expect(() => start(2)).toThrowError(coded("TENON_WASM_TRAP"));
    settle(1);
    await turn();
    expect(waiting).toHaveLength(1);
  });

  suspending.test("fail with the error of the host function", async () => {
    const { host, waiting } = later();
    const { start, lost } = guest(host);
    const call = start(1);
    waiting[0]!.refuse(new Error("from the host"));
    await expect(call).rejects.toThrowError("from the host");
    await turn();
    expect(lost).toHaveLength(1);
  });

  suspending.test("return the right results in any order of calls and returns", async () => {
    type Plan = { readonly later: boolean; readonly nested: readonly Plan[]; readonly sync: boolean };
    const { plan } = fc.letrec<{ plan: Plan }>((tie) => ({
      plan: fc.record({
        later: fc.boolean(),
        sync: fc.boolean(),
        nested: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie("plan"), { maxLength: 3 })),
      }),
    }));
    const order = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 6 }), order, async (plans, order) => {
        const { host, waiting } = later();
        const byNumber = new Map<number, Plan>();
        const calls: { number: number; answer: unknown }[] = [];
        const { start, sync } = guest((value) => {
          const { later, nested } = byNumber.get(value)!;
          for (const each of nested) begin(each);
          return later ? host(value) : value * 100;
        });
        const begin = (each: Plan) => {
          const number = byNumber.size + 1;
          const answersAtOnce = each.sync && !each.later;
          byNumber.set(number, each);
          calls.push({ number, answer: answersAtOnce ? sync(number) : start(number) });
        };
        for (const each of plans) begin(each);
        for (let step = 0; ; step++) {
          await turn();
          if (waiting.length === 0) break;
          const [next] = waiting.splice((order[step % order.length] ?? 0) % waiting.length, 1);
          next!.answer(next!.value * 100);
        }
        for (const { number, answer } of calls) expect(await answer).toBe(number * 101);
      }),
      { numRuns: times(200) },
    );
  });
});
