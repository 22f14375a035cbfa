import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { needs } from "@tenon/fixtures/tests";
import { describe, expect, test } from "vitest";
import { list, module, name, section } from "../../../../binary/testing/assembler.mjs";
import { type Type, t } from "../../../../contract/index.js";
import { callAborted } from "../../../../errors/factories/call.js";
import {
  CallLimit,
  canSuspend,
  compileLift,
  compileLiftPromising,
  compileLower,
  compileLowerSuspending,
  withLimit,
} from "../index.js";
import { asyncFunction, CallbackGuest } from "../testing/callback-guest.mjs";
import { functionOf, noResources } from "../testing/guest-heap.mjs";

const i32 = 0x7f;
const coded = (code: string, message = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });
const suspending = needs(canSuspend ? undefined : "this version of Node cannot suspend WebAssembly (JSPI)");

/** A module whose function `f` has this type and body, and may call the imports 0, 1 … and use the guest's memory. */
function engineFunction(
  guest: CallbackGuest,
  parameters: number,
  body: readonly number[],
  imports: readonly { readonly parameters: number; readonly results: number; readonly target: CallableFunction }[],
  results = 1,
): (...flat: any[]) => any {
  const words = (count: number) => list(...new Array<number[]>(count).fill([i32]));
  const types = [...imports, { parameters, results }].map((each) => [
    0x60,
    ...words(each.parameters),
    ...words(each.results),
  ]);
  const bytes = module(
    section(1, list(...types)),
    section(
      2,
      list(
        [...name("i"), ...name("memory"), 2, 0, 1],
        ...imports.map((_, index) => [...name("i"), ...name(`${index}`), 0, index]),
      ),
    ),
    section(3, list([imports.length])),
    section(7, list([...name("f"), 0, imports.length])),
    section(10, list([body.length + 2, 0, ...body, 0x0b])),
  );
  const given = {
    memory: guest.heap.memory,
    ...Object.fromEntries(imports.map(({ target }, index) => [index, target])),
  };
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { i: given as WebAssembly.ModuleImports }).exports
    .f as any;
}

const callImport = [0x20, 0, 0x10, 0];

describe("code that blocks while it waits", () => {
  const type = functionOf([t.u32], t.u32);

  function waiting(target: (value: number) => unknown, result: Type = t.u32) {
    const guest = new CallbackGuest();
    const { state, heap } = guest;
    const host = compileLowerSuspending(
      "host",
      functionOf([t.u32], result),
      target,
      () => heap.options(),
      state,
      noResources,
    );
    const core = engineFunction(guest, 1, callImport, [{ parameters: 1, results: 1, target: host }]);
    const call = compileLiftPromising("call", type, core, heap.options(), state, noResources);
    const sync = compileLift("call", type, core, heap.options(), state, noResources);
    return { guest, call, sync };
  }

  suspending.test("continues when the host function returns; until then the instance cannot be entered", async () => {
    const { call, sync } = waiting((value) => pause(5, value + 1));
    const first = call(1);
    expect(() => sync(1)).toThrowError(coded("TENON_WASM_BUSY"));
    expect(await first).toBe(2);
    expect(await call(2)).toBe(3);
  });

  suspending.test("needs no promise if the host function returns immediately", async () => {
    expect(await waiting((value) => value + 1).call(1)).toBe(2);
  });

  suspending.test("fails with the error of the host function", async () => {
    const { guest, call } = waiting(async () => {
      throw new Error("host");
    });
    await expect(call(1)).rejects.toThrowError("host");
    expect(guest.lost).toEqual([coded("TENON_WASM_TRAP", "host")]);
  });

  suspending.test("cannot wait if it was called synchronously", () => {
    const { sync } = waiting(() => pause(1, 1));
    expect(() => sync(1)).toThrowError(coded("TENON_SYNC_UNAVAILABLE"));
  });

  suspending.test("may be an asynchronous function that was lifted synchronously: built-ins wait in it", async () => {
    const guest = new CallbackGuest();
    guest.state.waitsInPlace = true;
    const yieldNow = guest.builtIn({ kind: "thread-yield", cancellable: false });
    // Yields and returns what that returned.
    const core = engineFunction(guest, 0, [0x10, 0], [{ parameters: 0, results: 1, target: yieldNow }]);
    const call = compileLiftPromising(
      "call",
      functionOf([], t.u32),
      core,
      guest.heap.options(),
      guest.state,
      noResources,
    );
    expect(await call()).toBe(0);
    // Called synchronously, it cannot be suspended, and goes on.
    const sync = compileLift("call", functionOf([], t.u32), core, guest.heap.options(), guest.state, noResources);
    expect(sync()).toBe(0);
    expect(guest.lost).toEqual([]);
  });

  suspending.test("ends when its call is cancelled, if it only yields", async () => {
    const guest = new CallbackGuest();
    guest.state.waitsInPlace = true;
    const yieldNow = guest.builtIn({ kind: "thread-yield", cancellable: false });
    // An infinite loop that yields.
    const loop = [0x03, 0x40, 0x10, 0, 0x1a, 0x0c, 0, 0x0b, 0x41, 0];
    const core = engineFunction(guest, 0, loop, [{ parameters: 0, results: 1, target: yieldNow }]);
    const call = compileLiftPromising(
      "call",
      functionOf([], t.u32),
      core,
      guest.heap.options(),
      guest.state,
      noResources,
    );
    const limit = new CallLimit("call()", 0);
    const answer = withLimit(limit, call);
    await turn();
    limit.cancelled = callAborted("call");
    await expect(answer).rejects.toThrowError(coded("TENON_CALL_ABORTED"));
    expect(guest.lost).toEqual([coded("TENON_CALL_ABORTED")]);
  });

  suspending.test("lets others in while it waits, in an asynchronous function without a callback", async () => {
    const guest = new CallbackGuest([t.stream(t.u32)]);
    guest.state.suspends = true;
    const options = {
      stringEncoding: "utf8",
      memory: 0,
      realloc: undefined,
      postReturn: undefined,
      callback: undefined,
    } as const;
    const read = guest.builtIn({ kind: "stream-read", type: 0, options: { ...options, async: false } });
    // Reads one element to address 1024 and returns it.
    const body = [0x20, 0, 0x41, 0x80, 8, 0x41, 1, 0x10, 0, 0x1a, 0x41, 0x80, 8, 0x28, 2, 0, 0x10, 1];
    const imports = [
      { parameters: 3, results: 1, target: read },
      { parameters: 1, results: 0, target: guest.taskReturn("u32") },
    ];
    const core = engineFunction(guest, 1, body, imports, 0);
    const stackful = { ...guest.heap.options(), async: true, callback: undefined };
    const first = compileLift(
      "first",
      asyncFunction([t.stream(t.u32)], t.u32),
      core,
      stackful,
      guest.state,
      noResources,
    );
    async function* later(value: number, turns: number) {
      for (let count = 0; count < turns; count++) await turn();
      yield value;
    }
    expect(await Promise.all([first(later(7, 6)), first(later(8, 3))])).toEqual([7, 8]);
    expect(guest.lost).toEqual([]);
    // The host's ends of the two streams, which were not dropped.
    expect(guest.state.concurrency.dependents.size).toBe(2);
  });
});

needs(canSuspend ? "this version of Node can suspend WebAssembly (JSPI)" : undefined).test(
  "code that blocks while it waits fails if the engine cannot suspend it",
  () => {
    const guest = new CallbackGuest();
    const { state, heap } = guest;
    const given = [functionOf([t.u32], t.u32), () => 0] as const;
    const options = { ...heap.options(), async: true };
    expect(() => compileLowerSuspending("host", ...given, () => heap.options(), state, noResources)).toThrowError(
      coded("TENON_SYNC_UNAVAILABLE"),
    );
    expect(() => compileLiftPromising("call", ...given, heap.options(), state, noResources)).toThrowError(
      coded("TENON_SYNC_UNAVAILABLE"),
    );
    expect(compileLift("call", asyncFunction([], t.u32), () => {}, options, state, noResources)).toThrowError(
      coded("TENON_SYNC_UNAVAILABLE", "needs JavaScript Promise Integration"),
    );
  },
);

test("a host function may not return a promise to code that cannot wait", () => {
  const guest = new CallbackGuest();
  const { state, heap } = guest;
  const host = compileLower(
    "host",
    functionOf([t.u32], t.u32),
    () => pause(1, 1),
    () => heap.options(),
    state,
    noResources,
  );
  const core = engineFunction(guest, 1, callImport, [{ parameters: 1, results: 1, target: host }]);
  const call = compileLift("call", functionOf([t.u32], t.u32), core, heap.options(), state, noResources);
  expect(() => call(1)).toThrowError(coded("TENON_SYNC_UNAVAILABLE"));
});

test("a built-in fails if it has to wait in code that cannot", () => {
  const guest = new CallbackGuest();
  const wait = guest.builtIn({ kind: "waitable-set-wait", cancellable: false, memory: 0 });
  const call = guest.lift(asyncFunction([], undefined), () => wait(guest.plain("waitable-set-new")(), 16));
  expect(call).toThrowError(coded("TENON_SYNC_UNAVAILABLE", "waitable-set.wait has to wait"));
});
