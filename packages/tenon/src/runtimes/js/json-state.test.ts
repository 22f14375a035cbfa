import { describe, expect, test } from "vitest";
import { copyState } from "./json-state.js";

describe("a copy of a state", () => {
  test("is equal, shares nothing, and leaves out what is undefined", () => {
    const state = { a: [1, { b: "x" }], none: undefined, empty: {}, nothing: null };
    const copy = copyState(state, "plugin") as typeof state;
    expect(copy).toEqual({ a: [1, { b: "x" }], empty: {}, nothing: null });
    expect(Object.keys(copy)).toEqual(["a", "empty", "nothing"]);
    expect(copy.a).not.toBe(state.a);
  });

  test("has a member named __proto__ as a member", () => {
    const copy = copyState(JSON.parse('{"__proto__": {"polluted": true}}'), "plugin") as Record<string, unknown>;
    expect(Object.keys(copy)).toEqual(["__proto__"]);
    expect(copy.polluted).toBeUndefined();
  });

  test.each([
    ["state.rows[2].when is a Date", { rows: [1, {}, { when: new Date() }] }],
    ["state[1] is NaN", [0, Number.NaN]],
    ["state.a.b is of type function", { skipped: [1, 2], a: { first: {}, b: () => {} } }],
    ["state[1] is of type undefined", [0, undefined]],
    ["state is of type bigint", 3n],
  ])("is refused with the path of what is not JSON: %s", (message, state) => {
    expect(() => copyState(state, "plugin")).toThrow(message);
  });

  test("of a state that contains itself is refused", () => {
    const state: { self?: unknown } = {};
    state.self = [state];
    expect(() => copyState(state, "plugin")).toThrow("state.self[0] is a circular reference");
  });
});
