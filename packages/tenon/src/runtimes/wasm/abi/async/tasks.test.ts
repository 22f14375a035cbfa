import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { t } from "../../../../contract/index.js";
import { errors } from "../../../../errors/index.js";
import { CallLimit, ComponentState, compileLift, requestCancellation, withLimit } from "../index.js";
import { asyncFunction, CallbackGuest, exit, waitFor, yielding } from "../testing/callback-guest.mjs";
import { noResources } from "../testing/guest-heap.mjs";

const coded = (code: string, message = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("an asynchronous function of an instance", () => {
  test("returns immediately if it can", () => {
    const guest = new CallbackGuest();
    const answer = guest.taskReturn("u32");
    const add = guest.lift(asyncFunction([t.u32, t.u32], t.u32), (a, b) => {
      answer(a + b);
      return exit;
    });
    expect(add(2, 3)).toBe(5);
    expect(guest.state.concurrency.dependents.size).toBe(0);
  });

  test("can return a result, also the error case, while its code keeps running", async () => {
    const guest = new CallbackGuest([t.result(t.u32, t.string)]);
    const answer = guest.taskReturn(0);
    let ended = 0;
    const call = guest.lift(
      asyncFunction([], t.result(t.u32, t.string)),
      () => {
        answer(1, guest.heap.bytes(0x6e, 0x6f), 2);
        return yielding;
      },
      () => {
        ended++;
        return exit;
      },
    );
    expect(call).toThrowError(expect.objectContaining({ code: "TENON_CALL_RESULT", payload: "no" }));
    expect(ended).toBe(0);
    await turn();
    await turn();
    expect(ended).toBe(1);
  });

  test("waits for its own calls, and is woken by each in the order in which they end", async () => {
    const guest = new CallbackGuest();
    const [newSet, join, drop] = [
      guest.plain("waitable-set-new"),
      guest.plain("waitable-join"),
      guest.plain("subtask-drop"),
    ];
    const answer = guest.taskReturn("u32");
    const later = guest.lower(asyncFunction([t.u32], t.u32), async (value) => {
      // Each returns a turn after the one before it.
      for (let turns = 0; turns < value * 2; turns++) await turn();
      return value;
    });
    const events: number[][] = [];
    let set = 0;
    const places: number[] = [];
    const call = guest.lift(
      asyncFunction([], t.u32),
      () => {
        set = newSet();
        for (const value of [3, 1, 2]) {
          const place = guest.heap.words(0);
          const status = later(value, place);
          expect(status & 15).toBe(1);
          places[status >>> 4] = place;
          join(status >>> 4, set);
        }
        return waitFor(set);
      },
      (code, index, payload) => {
        const value = new Uint32Array(guest.heap.memory.buffer, places[index], 1)[0]!;
        events.push([code, value, payload]);
        drop(index);
        if (events.length < 3) return waitFor(set);
        answer(events.reduce((sum, [, value]) => sum * 10 + value!, 0));
        return exit;
      },
    );
    expect(await call()).toBe(123);
    expect(events).toEqual([
      [1, 1, 2],
      [1, 2, 2],
      [1, 3, 2],
    ]);
    expect(guest.state.handles.size).toBe(1);
  });

  test("does not have to wait for a call that returns immediately", () => {
    const guest = new CallbackGuest();
    const place = guest.heap.words(0);
    const now = guest.lower(asyncFunction([t.u32], t.u32), (value) => value + 1);
    expect(now(6, place)).toBe(2);
    expect(new Uint32Array(guest.heap.memory.buffer, place, 1)[0]).toBe(7);
    expect(guest.state.handles.size).toBe(0);
  });

  test("lets others run while it waits, each with its own task-local storage", async () => {
    const guest = new CallbackGuest();
    const [get, set] = [
      guest.builtIn({ kind: "context-get", slot: 0 }),
      guest.builtIn({ kind: "context-set", slot: 0 }),
    ];
    const answer = guest.taskReturn("u32");
    const call = guest.lift(
      asyncFunction([t.u32], t.u32),
      (value) => {
        expect(get()).toBe(0);
        set(value);
        return yielding;
      },
      () => {
        answer(get());
        return exit;
      },
    );
    expect(await Promise.all([call(1), call(2), call(3)])).toEqual([1, 2, 3]);
  });

  test("keeps its task-local storage from the allocator, and the allocator's from itself", async () => {
    const guest = new CallbackGuest();
    const [get, set] = [
      guest.builtIn({ kind: "context-get", slot: 0 }),
      guest.builtIn({ kind: "context-set", slot: 0 }),
    ];
    const seen: number[] = [];
    const { realloc } = guest.heap;
    Object.assign(guest.heap, {
      realloc(...given: Parameters<typeof realloc>) {
        seen.push(get());
        set(7);
        return realloc(...given);
      },
    });
    const host = guest.lower(asyncFunction([], t.string), () => "text");
    const answer = guest.taskReturn("u32");
    const call = guest.lift(asyncFunction([t.string], t.u32), () => {
      expect(get()).toBe(0);
      set(5);
      host(1024);
      answer(get());
      return exit;
    });
    expect(await call("text")).toBe(5);
    expect(seen).toEqual([0, 0]);
  });

  test("waits to start while the guest applies back-pressure", async () => {
    const guest = new CallbackGuest();
    const [more, less] = [guest.plain("backpressure-inc"), guest.plain("backpressure-dec")];
    const answer = guest.taskReturn(undefined);
    const log: string[] = [];
    const task = guest.lift(asyncFunction([t.u32], undefined), (value) => {
      log.push(`ran ${value}`);
      answer();
      return exit;
    });
    more();
    const waiting = [task(1), task(2)];
    await turn();
    log.push("relieved");
    less();
    await Promise.all(waiting);
    expect(log).toEqual(["relieved", "ran 1", "ran 2"]);
    expect(() => less()).toThrowError(coded("TENON_WASM_ABI", "without a matching backpressure.inc"));
  });
});

describe("cancelling", () => {
  test("wakes a waiting task, which may confirm it", async () => {
    const guest = new CallbackGuest();
    const [newSet, cancel] = [guest.plain("waitable-set-new"), guest.plain("task-cancel")];
    const events: number[] = [];
    const call = guest.lift(
      asyncFunction([], t.u32),
      () => waitFor(newSet()),
      (code) => {
        events.push(code);
        cancel();
        return exit;
      },
    );
    const answer = call();
    expect(requestCancellation(answer)).toBe(true);
    await expect(answer).rejects.toThrowError(coded("TENON_CALL_ABORTED"));
    expect(events).toEqual([6]);
    expect(requestCancellation(Promise.resolve())).toBe(false);
  });

  test("does not keep a task from returning a result", async () => {
    const guest = new CallbackGuest();
    const answer = guest.taskReturn("u32");
    const call = guest.lift(
      asyncFunction([], t.u32),
      () => yielding,
      (code) => {
        answer(code);
        return exit;
      },
    );
    const answered = call();
    requestCancellation(answered);
    expect(await answered).toBe(6);
  });

  test("does not stop a host function that the guest called", async () => {
    const guest = new CallbackGuest();
    const cancelled = guest.builtIn({ kind: "subtask-cancel", async: true });
    const status = guest.lower(asyncFunction([], t.u32), () => pause(1, 7))(guest.heap.words(0));
    expect(cancelled(status >>> 4)).toBe(4);
    guest.plain("subtask-drop")(status >>> 4);
    await pause(5);
    expect(guest.lost).toEqual([]);
  });
});

describe("an instance traps if its guest", () => {
  const faults: readonly [string, (guest: CallbackGuest) => number, string][] = [
    ["ends a task without a result", () => exit, "ended without calling task.return"],
    ["returns an unknown status", () => 7, "the unknown status 7"],
    [
      "waits for a set that does not exist",
      () => waitFor(9),
      "handle 9 as a waitable set, but the handle does not exist",
    ],
    [
      "confirms a cancellation that was not requested",
      (guest) => {
        guest.plain("task-cancel")();
        return exit;
      },
      "task.cancel, but was not cancelled",
    ],
    ["joins a waitable that does not exist", (guest) => guest.plain("waitable-join")(5, 0), "handle 5 as a waitable"],
    [
      "drops a running call",
      (guest) => {
        const status = guest.lower(asyncFunction([], undefined), () => new Promise(() => {}))();
        return guest.plain("subtask-drop")(status >>> 4);
      },
      "a call whose result it has not received yet",
    ],
  ];
  test.each(faults)("%s", (_, core, message) => {
    const guest = new CallbackGuest();
    const call = guest.lift(asyncFunction([], t.u32), () => core(guest));
    expect(call).toThrowError();
    expect(guest.state.trapped).toEqual(coded("TENON_WASM_ABI", message));
    expect(call).toThrowError(coded("TENON_WASM_ABI", "because the plugin failed earlier"));
  });

  test("traps in one task, which fails the others", async () => {
    const guest = new CallbackGuest();
    const newSet = guest.plain("waitable-set-new");
    const waits = guest.lift(asyncFunction([], t.u32), () => waitFor(newSet()))();
    const traps = guest.lift(
      asyncFunction([], t.u32),
      () => yielding,
      () => {
        throw new WebAssembly.RuntimeError("unreachable");
      },
    )();
    await expect(traps).rejects.toThrowError(coded("TENON_WASM_TRAP", "unreachable"));
    await expect(waits).rejects.toThrowError(coded("TENON_WASM_TRAP", "unreachable"));
    expect(guest.lost).toHaveLength(1);
  });

  test("returns a result twice; the first result counts", () => {
    const guest = new CallbackGuest();
    const answer = guest.taskReturn("u32");
    const call = guest.lift(asyncFunction([], t.u32), () => {
      answer(1);
      answer(2);
      return exit;
    });
    expect(call()).toBe(1);
    expect(guest.lost).toEqual([coded("TENON_WASM_ABI", "call() calls task.return after it has returned")]);
  });

  test("calls task.return outside of a task", () => {
    const guest = new CallbackGuest();
    expect(() => guest.taskReturn("u32")(1)).toThrowError(
      coded("TENON_WASM_ABI", "outside of an asynchronous function"),
    );
  });
});

test("a host function that throws fails the instance, unless it returns a result with an error case", async () => {
  const guest = new CallbackGuest();
  const newSet = guest.plain("waitable-set-new");
  const failing = guest.lower(asyncFunction([], t.u32), async () => {
    throw new Error("host");
  });
  const call = guest.lift(asyncFunction([], undefined), () => {
    const set = newSet();
    guest.plain("waitable-join")(failing(guest.heap.words(0)) >>> 4, set);
    return waitFor(set);
  })();
  await expect(call).rejects.toThrowError(coded("TENON_WASM_TRAP", "host"));
  expect(guest.state).toBeInstanceOf(ComponentState);
});

describe("code that yields in place", () => {
  const plain = { ...asyncFunction([], undefined), async: false };

  function spinning(
    kind: "thread-yield" | "waitable-set-poll",
    lift: (guest: CallbackGuest, core: () => number) => () => unknown,
  ) {
    const guest = new CallbackGuest();
    const again =
      kind === "thread-yield"
        ? guest.builtIn({ kind, cancellable: false })
        : guest.builtIn({ kind, cancellable: false, memory: 0 });
    const set = guest.plain("waitable-set-new")();
    const call = lift(guest, () => {
      for (const end = performance.now() + 60_000; performance.now() < end; ) again(set, 1024);
      return exit;
    });
    return { guest, call };
  }

  test.each(["thread-yield", "waitable-set-poll"] as const)("ends at the deadline of its call: %s", async (kind) => {
    for (const lift of [
      (guest: CallbackGuest, core: () => number) =>
        compileLift("call", plain, () => void core(), guest.heap.options(), guest.state, noResources),
      (guest: CallbackGuest, core: () => number) => guest.lift(asyncFunction([], undefined), core),
    ]) {
      const { guest, call } = spinning(kind, lift);
      expect(() => withLimit(new CallLimit("call()", 5), call)).toThrowError(coded("TENON_CALL_DEADLINE", "5 ms"));
      // It was left in the middle of its work.
      await turn();
      expect(guest.lost).toEqual([coded("TENON_CALL_DEADLINE")]);
      expect(guest.state.concurrency.yields).toBe(true);
    }
  });

  test("may hold the thread again after it gave it up", async () => {
    const guest = new CallbackGuest();
    const yieldNow = guest.builtIn({ kind: "thread-yield", cancellable: false });
    const answer = guest.taskReturn(undefined);
    let rounds = 0;
    const call = guest.lift(
      asyncFunction([], undefined),
      () => yielding,
      () => {
        yieldNow();
        if (++rounds < 3) return yielding;
        answer();
        return exit;
      },
    );
    const limit = new CallLimit("call()", 60_000);
    limit.cancelled = errors.TENON_CALL_ABORTED({ message: "enough" });
    await withLimit(limit, call);
    expect(guest.lost).toEqual([]);
  });
});
