import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CountedModule, divideLimits } from "./growth.js";
import { limitModule } from "./limit-module.js";

const page = 65536;

/** A module with a memory and a table of these limits, and functions that grow them. */
function growing(memory: readonly number[], table: readonly number[]): Uint8Array {
  const section = (id: number, content: readonly number[]) => [id, content.length, ...content];
  const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7f]),
    ...section(3, [2, 0, 0]),
    ...section(4, [1, 0x70, ...table]),
    ...section(5, [1, ...memory]),
    ...section(7, [3, ...name("memory"), 2, 0, ...name("grow"), 0, 0, ...name("growTable"), 0, 1]),
    ...section(10, [2, 6, 0, 0x20, 0, 0x40, 0, 0x0b, 9, 0, 0xd0, 0x70, 0x20, 0, 0xfc, 0x0f, 0, 0x0b]),
    ...section(0, [...name("note"), 1, 2, 3]),
  ]);
}

type Grow = (by: number) => number;

function instantiate(bytes: Uint8Array): { grow: Grow; growTable: Grow; memory: WebAssembly.Memory } {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as never;
}

describe("limitModule", () => {
  test("sets a maximum for memories and tables that the engine enforces", () => {
    const { grow, growTable } = instantiate(limitModule(growing([0, 1], [0, 2]), { memory: 2 * page + 1, table: 8 }));
    expect(grow(2)).toBe(1);
    expect(grow(1)).toBe(-1);
    expect(growTable(8)).toBe(2);
    expect(growTable(1)).toBe(-1);
  });

  test("lowers an existing maximum, but never raises it", () => {
    const lowered = instantiate(limitModule(growing([1, 1, 0x80, 1], [1, 2, 3]), { memory: page, table: 8 }));
    expect(lowered.grow(1)).toBe(1);
    expect(lowered.grow(1)).toBe(-1);
    expect(lowered.growTable(1)).toBe(2);
    expect(lowered.growTable(1)).toBe(-1);
  });

  test("changes nothing else, and nothing at all without a limit", () => {
    const bytes = growing([0, 1], [0, 2]);
    expect(limitModule(bytes, { memory: undefined, table: undefined })).toBe(bytes);
    const limited = limitModule(bytes, { memory: page, table: undefined });
    expect(limited.length).toBe(bytes.length + 1);
    expect([...limited.subarray(-9)]).toEqual([...bytes.subarray(-9)]);
    expect(instantiate(limited).growTable(1000)).toBe(2);
  });

  test("reports a truncated file as malformed", () => {
    const bytes = growing([0, 1], [0, 2]);
    for (let length = 9; length < bytes.length - 6; length++) {
      try {
        limitModule(bytes.subarray(0, length), { memory: page, table: 1 });
      } catch (error) {
        expect(error).toMatchObject({ code: "TENON_BINARY_MALFORMED" });
      }
    }
  });
});

describe("divideLimits", () => {
  const one = (memory: readonly number[], table: readonly number[] = [0, 0], instances = 1) => ({
    bytes: growing(memory, table),
    instances,
  });

  test("gives a single memory and a single table everything", () => {
    expect(divideLimits([one([0, 1], [0, 2])], { memory: 10 * page, table: 100 }, "x")).toEqual({
      memory: 9 * page,
      table: 98,
    });
  });

  test("divides among memories, and among instances of one module", () => {
    const growth = (modules: readonly CountedModule[]) => divideLimits(modules, { memory: 10 * page, table: 0 }, "x");
    expect(growth([one([0, 1]), one([0, 1])]).memory).toBe(4 * page);
    expect(growth([one([0, 1], [0, 0], 3)]).memory).toBe(Math.floor((7 * page) / 3));
    expect(growth([one([0, 9], [0, 0], 0), one([0, 1])]).memory).toBe(9 * page);
  });

  test("gives what a memory cannot use, because of its own maximum, to the others", () => {
    const { memory } = divideLimits(
      [one([1, 1, 2]), one([1, 2, 2]), one([0, 1])],
      { memory: 10 * page, table: 0 },
      "x",
    );
    expect(memory).toBe(5 * page);
  });

  test("never exceeds the limit in total, and loses less than one unit for each", () => {
    const size = fc.record({ minimum: fc.nat(9), more: fc.option(fc.nat(40)), instances: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 100 }), (sizes, limit) => {
        const all = sizes.flatMap((each) => Array.from({ length: each.instances }, () => each));
        const least = all.reduce((sum, { minimum }) => sum + minimum, 0);
        const modules = sizes.map(({ minimum, more, instances }) =>
          one([0, 0], more === null ? [0, minimum] : [1, minimum, minimum + more], instances),
        );
        const divide = () => divideLimits(modules, { memory: 0, table: limit }, "x").table!;
        if (least > limit) {
          expect(divide).toThrow(expect.objectContaining({ code: "TENON_WASM_LIMIT" }));
          return;
        }
        const growth = divide();
        const sum = all.reduce((sum, { minimum, more }) => sum + minimum + Math.min(growth, more ?? growth), 0);
        expect(sum).toBeLessThanOrEqual(limit);
        const canGrow = all.filter(({ more }) => more === null || more > growth).length;
        if (canGrow > 0) expect(sum + canGrow).toBeGreaterThan(limit);
      }),
    );
  });

  test("rejects a plugin that starts with more than its limit, and says how much", () => {
    const refused = (limits: { memory: number; table: number }) => () =>
      divideLimits([one([0, 2], [0, 20]), one([0, 2])], limits, "big.wasm");
    expect(refused({ memory: 3 * page, table: 0 })).toThrow(
      expect.objectContaining({
        code: "TENON_WASM_LIMIT",
        message: `big.wasm starts with ${4 * page} bytes of memory, but limits.memory is ${3 * page}`,
      }),
    );
    expect(refused({ memory: 0, table: 19 })).toThrow(expect.objectContaining({ code: "TENON_WASM_LIMIT" }));
  });
});
