import { expect, test } from "vitest";
import type { FunctionType } from "../../../../contract/core.js";
import { type CanonicalOptions, ComponentState, compileLift } from "../index.js";

const number: FunctionType = {
  kind: "function",
  parameters: [{ name: "by", type: { kind: "u32" } }],
  result: { kind: "u32" },
  async: false,
  optional: false,
};

const options: CanonicalOptions = {
  stringEncoding: "utf8",
  memory: undefined,
  realloc: undefined,
  postReturn: undefined,
  async: false,
  callback: undefined,
};

function instance(sources: ComponentState["sources"], callsOut: boolean, core: (by: number) => number) {
  const state = new ComponentState("a plugin");
  state.sources = sources;
  state.callsOut = callsOut;
  return compileLift("next", number, core, options, state, () => {
    throw new Error("there are no resources");
  });
}

test.each([true, false])("instances that share generated code do not affect each other (calls out: %s)", (callsOut) => {
  const sources: ComponentState["sources"] = new Map();
  let failing = false;
  const fails = instance(sources, callsOut, (by) => {
    if (failing) throw new WebAssembly.RuntimeError("unreachable");
    return by;
  });
  const doubles = instance(sources, callsOut, (by) => by * 2);
  expect(sources.size).toBe(1);
  expect([fails(4), doubles(4)]).toEqual([4, 8]);
  failing = true;
  expect(() => fails(4)).toThrow(expect.objectContaining({ code: "TENON_WASM_TRAP" }));
  failing = false;
  expect(() => fails(4)).toThrow(expect.objectContaining({ code: "TENON_WASM_TRAP" }));
  expect(doubles(4)).toBe(8);
});

test("an instance that calls imports cannot be entered while it runs", () => {
  const next = instance(new Map(), true, (by) => (by === 0 ? 0 : (next(by - 1) as number)));
  expect(next(0)).toBe(0);
  expect(() => next(1)).toThrow(expect.objectContaining({ code: "TENON_WASM_BUSY" }));
});
