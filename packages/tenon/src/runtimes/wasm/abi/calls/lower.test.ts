import { describe, expect, test } from "vitest";
import { type Type, t } from "../../../../contract/index.js";
import { errors } from "../../../../errors/index.js";
import { ComponentState, compileLower } from "../index.js";
import { functionOf, GuestHeap, noResources, throughGuest } from "../testing/guest-heap.mjs";

function lower(parameters: readonly Type[], result: Type | undefined, target: (...parameters: any[]) => unknown) {
  const heap = new GuestHeap();
  const state = new ComponentState("guest");
  const core = compileLower("host", functionOf(parameters, result), target, () => heap.options(), state, noResources);
  return { heap, state, core };
}

describe("a host function that an instance calls", () => {
  test("receives values, and its result is written where the guest wants it", () => {
    const given: unknown[] = [];
    const { heap, core } = lower([t.string, t.list(t.u8)], t.string, (...values) => {
      given.push(...values);
      return "ok";
    });
    const place = heap.words(0, 0);
    core(heap.bytes(0x68, 0x69), 2, heap.bytes(1, 2, 3), 3, place);
    expect(given).toEqual(["hi", new Uint8Array([1, 2, 3])]);
    const [pointer, length] = new Uint32Array(heap.memory.buffer, place, 2);
    expect(Buffer.from(heap.memory.buffer, pointer!, length!).toString()).toBe("ok");
  });

  test("receives bytes as a copy, which does not change when the guest's memory does", () => {
    let given = new Uint8Array();
    const { heap, core } = lower([t.list(t.u8)], undefined, (bytes) => {
      given = bytes;
    });
    const place = heap.bytes(1, 2, 3);
    core(place, 3);
    new Uint8Array(heap.memory.buffer)[place] = 9;
    expect([...given]).toEqual([1, 2, 3]);
  });

  test.each([
    ["an error with a payload", Object.assign(new Error("x"), { payload: "no" }), "no"],
    ["a thrown value", "no", "no"],
    ["the error case of another call", errors.TENON_CALL_RESULT({ message: "x", payload: "no" }), "no"],
  ])("can throw %s as the error case of a result", (_, thrown, payload) => {
    const call = throughGuest(functionOf([], t.result(t.u32, t.string)), () => {
      throw thrown;
    });
    expect(call).toThrowError(expect.objectContaining({ code: "TENON_CALL_RESULT", payload }));
  });

  test("fails the instance if it throws something that is not an error case", () => {
    const state = new ComponentState("guest");
    const thrown = new Error("host");
    const call = throughGuest(
      functionOf([], t.result(t.u32, t.string)),
      () => {
        throw thrown;
      },
      { state },
    );
    expect(call).toThrow(thrown);
    expect(state.trapped).toMatchObject({ cause: thrown });
  });

  const refused: readonly [string, Type, () => unknown, string][] = [
    ["a result of another type", t.u32, () => "7", "TENON_VALUE_TYPE"],
    ["a number too large", t.u8, () => 256, "TENON_VALUE_TYPE"],
    ["a case that the enum does not have", t.enum("e", ["a"]), () => "b", "TENON_VALUE_TYPE"],
    ["a promise", t.u32, () => Promise.reject(new Error("unseen")), "TENON_SYNC_UNAVAILABLE"],
    [
      "an error of another type",
      t.result(t.u32, t.u32),
      () => {
        throw "no";
      },
      "TENON_VALUE_TYPE",
    ],
  ];
  test.each(refused)("may not return or throw %s", (_, type, target, code) => {
    expect(throughGuest(functionOf([], type), target)).toThrowError(expect.objectContaining({ code }));
  });

  test("does not write its result to an address outside the memory", () => {
    const { state, core } = lower([], t.tuple(t.u32, t.u32), () => [1, 2]);
    expect(() => core(65_532)).toThrowError(expect.objectContaining({ code: "TENON_WASM_ABI" }));
    expect(state.trapped?.message).toContain("8 bytes at 65532");
  });

  test("is not called while the guest may not call imports", () => {
    let called = 0;
    const { state, core } = lower([], undefined, () => called++);
    state.mayLeave = false;
    expect(() => core()).toThrowError(expect.objectContaining({ code: "TENON_WASM_ABI" }));
    expect(called).toBe(0);
  });
});
