import { describe, expect, test } from "vitest";
import { type Type, t } from "../../../../contract/index.js";
import { type CoreType, flattenFunction, layoutOf } from "../index.js";
import { functionOf } from "../testing/guest-heap.mjs";

const names = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `l${index}` }));
const enumOf = (count: number): Type => ({ kind: "enum", name: "e", cases: names(count) });
const flagsOf = (count: number): Type => ({ kind: "flags", name: "f", flags: names(count) });
const variant = (...types: (Type | undefined)[]): Type => ({
  kind: "variant",
  name: "v",
  cases: types.map((type, index) => ({ name: `l${index}`, type })),
});

// Sizes, alignments and flat types by the rules of the component model, computed by hand.
const layouts: readonly [string, Type, number, number, readonly CoreType[]][] = [
  ["bool", t.bool, 1, 1, ["i32"]],
  ["u64", t.u64, 8, 8, ["i64"]],
  ["char", t.char, 4, 4, ["i32"]],
  ["string", t.string, 8, 4, ["i32", "i32"]],
  ["list<u64>", t.list(t.u64), 8, 4, ["i32", "i32"]],
  ["record with holes", t.record("r", { a: t.u8, b: t.u32, c: t.u8 }), 12, 4, ["i32", "i32", "i32"]],
  ["tuple of mixed sizes", t.tuple(t.u8, t.u16, t.u64, t.u8), 24, 8, ["i32", "i32", "i64", "i32"]],
  ["option<u8>", t.option(t.u8), 2, 1, ["i32", "i32"]],
  ["option<u64>", t.option(t.u64), 16, 8, ["i32", "i64"]],
  ["result", t.result(), 1, 1, ["i32"]],
  ["result<u8, string>", t.result(t.u8, t.string), 12, 4, ["i32", "i32", "i32"]],
  ["variant that joins i32 and f32", variant(t.u32, t.f32), 8, 4, ["i32", "i32"]],
  ["variant that joins f32 and f64", variant(t.f32, t.f64), 16, 8, ["i32", "i64"]],
  ["variant that joins f64 and f64", variant(t.f64, undefined, t.f64), 16, 8, ["i32", "f64"]],
  ["variant that joins tuples", variant(t.tuple(t.f32, t.u64), t.tuple(t.u32, t.f32)), 24, 8, ["i32", "i32", "i64"]],
  ["enum of 256", enumOf(256), 1, 1, ["i32"]],
  ["enum of 257", enumOf(257), 2, 2, ["i32"]],
  ["enum of 65537", enumOf(65_537), 4, 4, ["i32"]],
  ["flags of 8", flagsOf(8), 1, 1, ["i32"]],
  ["flags of 9", flagsOf(9), 2, 2, ["i32"]],
  ["flags of 17", flagsOf(17), 4, 4, ["i32"]],
  ["flags of 33", flagsOf(33), 8, 4, ["i32", "i32"]],
];

test.each(layouts)("%s", (_, type, size, alignment, flat) => {
  expect(layoutOf(type)).toMatchObject({ size, alignment, flat });
});

describe("core signatures", () => {
  const seventeen = Array.from({ length: 17 }, () => t.u32);
  const wide = t.tuple(t.u32, t.u32);

  test("sixteen core values are passed directly, seventeen in memory", () => {
    expect(flattenFunction(functionOf(seventeen.slice(1), undefined), "lift", false).parameters).toHaveLength(16);
    expect(flattenFunction(functionOf(seventeen, undefined), "lift", false)).toMatchObject({
      parameters: ["i32"],
      parametersInMemory: true,
    });
  });

  test("a result of more than one core value is passed in memory: lift returns a pointer, lower takes one", () => {
    const type = functionOf([t.f64], wide);
    expect(flattenFunction(type, "lift", false)).toMatchObject({ parameters: ["f64"], results: ["i32"] });
    expect(flattenFunction(type, "lower", false)).toMatchObject({ parameters: ["f64", "i32"], results: [] });
  });

  test("asynchronous functions return a status, and take at most four values", () => {
    const type = functionOf([t.string, t.string], t.u64);
    expect(flattenFunction(type, "lift", true)).toMatchObject({
      parameters: ["i32", "i32", "i32", "i32"],
      results: ["i32"],
    });
    expect(flattenFunction(type, "lift", true, false)).toMatchObject({ results: [] });
    expect(flattenFunction(type, "lower", true)).toMatchObject({
      parameters: ["i32", "i32", "i32", "i32", "i32"],
      results: ["i32"],
    });
    expect(flattenFunction(functionOf([t.string, t.string, t.u8], undefined), "lower", true)).toMatchObject({
      parameters: ["i32"],
      parametersInMemory: true,
    });
  });

  test("the flat form of deeply nested types is cut off", () => {
    let type: Type = t.u8;
    for (let depth = 0; depth < 40; depth++) type = t.tuple(type, type);
    expect(layoutOf(type).flat).toHaveLength(17);
  });
});
