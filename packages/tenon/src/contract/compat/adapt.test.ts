import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { arbitraryTypePair } from "../../../../conformance/src/arbitrary-type-pair.js";
import { arbitraryValue } from "../../../../conformance/src/arbitrary-value.js";
import { isTenonError } from "../../errors/index.js";
import { contract, t } from "../building/builder.js";
import type { FunctionType, Type } from "../model/model.js";
import { explain } from "../validate/index.js";
import { adaptContract, adaptFunction, compileAdapter } from "./adapt.js";

const adapt = (from: Type, to: Type, value: unknown): unknown => {
  const adapter = compileAdapter(from, to);
  return adapter === undefined ? value : adapter(value);
};

describe("compileAdapter", () => {
  it("returns nothing if no value needs conversion", () => {
    const person = () => t.record("person", { name: t.string, age: t.option(t.u8) });
    expect(compileAdapter(person(), person())).toBeUndefined();
    expect(compileAdapter(t.u8, t.u32)).toBeUndefined();
    expect(compileAdapter(t.string, t.option(t.string))).toBeUndefined();
    expect(compileAdapter(t.enum("a", ["x"]), t.enum("b", ["y", "x"]))).toBeUndefined();
  });

  it("converts a recursive type at every level, and not at all if no level needs it", () => {
    const node = (value: Type, more: Record<string, Type> = {}) =>
      t.recursive((self) => t.record("node", { value, next: t.option(self), ...more }));
    expect(compileAdapter(node(t.u8), node(t.u8))).toBeUndefined();
    expect(compileAdapter(node(t.u8), node(t.u32))).toBeUndefined();
    const value = { value: 1, next: { value: 2, next: { value: 3, next: undefined } } };
    expect(adapt(node(t.u8), node(t.u64), value)).toEqual({
      value: 1n,
      next: { value: 2n, next: { value: 3n, next: undefined } },
    });
    expect(adapt(node(t.u8, { extra: t.bool }), node(t.u8), { ...value, extra: true })).toEqual(value);
    expect(() => compileAdapter(node(t.u64), node(t.u8))).toThrow(
      expect.objectContaining({ code: "TENON_CONTRACT_BREAKS" }),
    );
  });

  it("relates recursive types wherever they are cut into a tree", () => {
    const seen: Type[] = [];
    const outer = (value: Type) =>
      t.recursive((self) => {
        const inner = t.record("inner", { value, back: t.option(self) });
        seen.push(inner);
        return t.record("outer", { inner: t.list(inner) });
      });
    const inner = (value: Type) =>
      t.recursive((self) => t.record("inner", { value, back: t.option(t.record("outer", { inner: t.list(self) })) }));
    outer(t.u8);
    expect(compileAdapter(seen[0]!, inner(t.u8))).toBeUndefined();
    const value = { value: 1, back: { inner: [{ value: 2, back: undefined }] } };
    expect(adapt(seen[0]!, inner(t.u64), value)).toEqual({
      value: 1n,
      back: { inner: [{ value: 2n, back: undefined }] },
    });
  });

  test.each<[string, Type, Type, unknown, unknown]>([
    ["a number to a bigint", t.u32, t.s64, 7, 7n],
    ["bytes to an array", t.bytes, t.list(t.u16), new Uint8Array([1, 255]), [1, 255]],
    ["bytes to bigints", t.bytes, t.list(t.u64), new Uint8Array([1, 255]), [1n, 255n]],
    ["a field dropped", t.record("a", { x: t.u8, y: t.u8 }), t.record("a", { y: t.u8 }), { x: 1, y: 2 }, { y: 2 }],
    [
      "a field none",
      t.record("a", { x: t.u8 }),
      t.record("a", { x: t.u8, y: t.option(t.u8) }),
      { x: 1 },
      { x: 1, y: undefined },
    ],
    [
      "a nested field none",
      t.record("a", { x: t.u8 }),
      t.record("a", { x: t.u8, y: t.option(t.option(t.u8)) }),
      { x: 1 },
      { x: 1, y: { tag: "none" } },
    ],
    ["a nested option", t.option(t.u8), t.option(t.option(t.u8)), 3, { tag: "some", val: 3 }],
    ["none as a nested option", t.option(t.u8), t.option(t.option(t.u8)), undefined, { tag: "none" }],
    ["a value as a nested option", t.u8, t.option(t.option(t.u8)), 3, { tag: "some", val: 3 }],
    ["the values of a map", t.map(t.string, t.u8), t.map(t.string, t.s64), new Map([["a", 1]]), new Map([["a", 1n]])],
    ["the keys of a map", t.map(t.u8, t.json), t.map(t.s64, t.json), new Map([[1, [null]]]), new Map([[1n, [null]]])],
    ["flags dropped", t.flags("a", ["r", "w"]), t.flags("a", ["r"]), { r: true, w: true }, { r: true }],
    [
      "a payload dropped",
      t.variant("a", { x: t.u8, y: t.u8 }),
      t.variant("a", { x: null, y: t.u8 }),
      { tag: "x", val: 1 },
      { tag: "x" },
    ],
    [
      "a payload widened",
      t.result(t.u8, t.s32),
      t.result(t.u8, t.s64),
      { tag: "err", val: -1 },
      { tag: "err", val: -1n },
    ],
    ["tuple items", t.tuple(t.u8, t.string), t.tuple(t.u64, t.string), [1, "a"], [1n, "a"]],
  ])("%s", (_name, from, to, value, expected) => {
    expect(adapt(from, to, value)).toEqual(expected);
  });

  it("rejects types that break, and names the path", () => {
    const from = t.record("a", { inner: t.record("b", { x: t.u32 }) });
    const to = t.record("a", { inner: t.record("b", { x: t.u8 }) });
    expect(() => compileAdapter(from, to)).toThrow(/\.inner\.x/);
    try {
      compileAdapter(from, to);
    } catch (error) {
      expect(isTenonError(error, "TENON_CONTRACT_BREAKS")).toBe(true);
    }
  });

  it("throws a coded error for a value that cannot be read", () => {
    const adapter = compileAdapter(t.record("a", { x: t.u8, y: t.u8 }), t.record("a", { y: t.u8 }));
    expect(() => adapter!(undefined)).toThrow(expect.objectContaining({ code: "TENON_VALUE_TYPE" }));
  });

  it("relates types that share their parts only once", () => {
    const grow = (leaf: Type) => {
      let type = leaf;
      for (let level = 0; level < 40; level++)
        type = t.record(`level-${"a".repeat(level + 1)}`, { left: type, right: type });
      return type;
    };
    expect(compileAdapter(grow(t.u8), grow(t.u16))).toBeUndefined();
    expect(() => compileAdapter(grow(t.u16), grow(t.u8))).toThrow(
      expect.objectContaining({ code: "TENON_CONTRACT_BREAKS" }),
    );
  });

  it("rejects types that are nested too deeply", () => {
    const deep = (leaf: Type) => {
      let type = leaf;
      for (let level = 0; level < 600; level++) type = t.list(type);
      return type;
    };
    expect(() => compileAdapter(deep(t.u8), deep(t.u16))).toThrow(
      expect.objectContaining({ code: "TENON_CONTRACT_TOO_LARGE" }),
    );
  });

  it("returns a valid value of the receiver for every valid value of the sender, and never modifies its argument", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        arbitraryTypePair().chain((pair) => fc.tuple(fc.constant(pair), arbitraryValue(pair.from))),
        ([{ from, to }, value]) => {
          let adapter: ReturnType<typeof compileAdapter>;
          try {
            adapter = compileAdapter(from, to);
          } catch (error) {
            expect(isTenonError(error, "TENON_CONTRACT_BREAKS")).toBe(true);
            return;
          }
          compared++;
          const before = structuredClone(value);
          expect(explain(from, value)).toBeUndefined();
          expect(explain(to, adapter === undefined ? value : adapter(value))).toBeUndefined();
          expect(value).toEqual(before);
        },
      ),
      { numRuns: times(3000), seed: 20_000 },
    );
    expect(compared).toBeGreaterThan(times(1000));
  });
});

describe("streams and futures", () => {
  async function* numbers() {
    yield 1;
    yield 2;
  }

  const collect = async (stream: unknown) => {
    const list: unknown[] = [];
    for await (const item of stream as AsyncIterable<unknown>) list.push(item);
    return list;
  };

  it("converts each element", async () => {
    expect(await collect(adapt(t.stream(t.u32), t.stream(t.u64), numbers()))).toEqual([1n, 2n]);
  });

  it("splits chunks of bytes", async () => {
    async function* chunks() {
      yield new Uint8Array([1, 2]);
      yield new Uint8Array();
      yield new Uint8Array([3]);
    }
    expect(await collect(adapt(t.stream(t.u8), t.stream(t.u16), chunks()))).toEqual([1, 2, 3]);
    expect(await collect(adapt(t.stream(t.u8), t.stream(), chunks()))).toEqual([undefined, undefined, undefined]);
  });

  it("keeps the order of reads that do not wait for each other", async () => {
    const stream = adapt(t.stream(t.u32), t.stream(t.u64), numbers()) as AsyncIterable<unknown>;
    const iterator = stream[Symbol.asyncIterator]();
    expect(await Promise.all([iterator.next(), iterator.next(), iterator.next()])).toEqual([
      { done: false, value: 1n },
      { done: false, value: 2n },
      { done: true, value: undefined },
    ]);
  });

  it("stops the source when the reader stops, even before the first element", async () => {
    let stopped = 0;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: 1 }),
        return: async () => {
          stopped++;
          return { done: true, value: undefined };
        },
      }),
    };
    const stream = adapt(t.stream(t.u32), t.stream(t.u64), source) as AsyncIterable<unknown>;
    for await (const _ of stream) break;
    expect(stopped).toBe(1);
    await stream[Symbol.asyncIterator]().return?.();
    expect(stopped).toBe(2);
  });

  it("passes on an error of the source, and ends", async () => {
    async function* failing() {
      yield 1;
      throw new Error("torn");
    }
    const iterator = (adapt(t.stream(t.u32), t.stream(t.u64), failing()) as AsyncIterable<unknown>)[
      Symbol.asyncIterator
    ]();
    expect(await iterator.next()).toEqual({ done: false, value: 1n });
    await expect(iterator.next()).rejects.toThrow("torn");
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("converts the value of a future, awaited or not", async () => {
    expect(await adapt(t.future(t.u32), t.future(t.u64), Promise.resolve(1))).toBe(1n);
    const adapter = adaptFunction(t.func([], t.future(t.u64)), t.func([], t.future(t.u32)));
    expect(adapter!.result!(1)).toBe(1n);
    expect(await adapter!.result!(Promise.resolve(1))).toBe(1n);
  });
});

describe("adaptFunction", () => {
  const fn = (parameters: readonly (readonly [string, Type])[], result?: Type): FunctionType =>
    t.func(parameters, result);

  it("returns nothing if nothing needs conversion", () => {
    expect(adaptFunction(fn([["a", t.u8]], t.string), fn([["b", t.u8]], t.string))).toBeUndefined();
  });

  it("fills and drops parameters at the end", () => {
    const short = fn([["a", t.u8]]);
    const long = fn([
      ["a", t.u8],
      ["b", t.option(t.u8)],
      ["c", t.option(t.option(t.u8))],
    ]);
    expect(adaptFunction(short, long)!.parameters!([1])).toEqual([1, undefined, { tag: "none" }]);
    expect(adaptFunction(long, short)!.parameters!([1, 2, { tag: "none" }])).toEqual([1]);
  });

  it("adapts parameters to the callee and the result to the caller", () => {
    const adapter = adaptFunction(
      fn(
        [
          ["a", t.u8],
          ["b", t.string],
        ],
        t.result(t.u64, t.s64),
      ),
      fn(
        [
          ["a", t.u64],
          ["b", t.string],
        ],
        t.result(t.u8, t.s8),
      ),
    );
    expect(adapter!.parameters!([1, "x"])).toEqual([1n, "x"]);
    expect(adapter!.result!(2)).toBe(2n);
    expect(adapter!.error!(-2)).toBe(-2n);
  });

  it("drops a result that is not expected, and returns none for a missing one", () => {
    expect(adaptFunction(fn([]), fn([], t.u8))!.result!(5)).toBeUndefined();
    expect(adaptFunction(fn([], t.option(t.u8)), fn([]))!.result!(5)).toBeUndefined();
    expect(adaptFunction(fn([], t.result(t.u64, t.string)), fn([], t.u8))!.result!(5)).toBe(5n);
  });

  it("rejects functions that do not fit", () => {
    expect(() => adaptFunction(fn([]), fn([["a", t.u8]]))).toThrow(
      expect.objectContaining({ code: "TENON_CONTRACT_BREAKS" }),
    );
  });
});

describe("adaptContract", () => {
  const counter = (by: Type) => t.resource("counter", { methods: { add: t.func([["by", by]]) } });
  const sample = (version: string, by: Type) =>
    contract("demo:sample@1.0.0", {
      imports: { random: t.interface({ next: t.func([], by) }, { id: `wasi:random/random@${version}` }) },
      exports: { store: t.interface({ Counter: counter(by) }), plain: t.func([["a", t.u8]]) },
    });

  it("matches functions whatever the version of another package's interface, and adapts methods", () => {
    const { exports } = adaptContract(sample("0.2.0", t.u8), sample("0.2.3", t.u8));
    expect([...exports.keys()]).toEqual(["store#[method]counter.add", "store#[resource-drop]counter", "plain"]);
    const { imports } = adaptContract(sample("0.2.0", t.u8), sample("0.2.3", t.u8));
    expect(imports.get("wasi:random/random@0.2.0#next")).toEqual({
      host: "wasi:random/random@0.2.0#next",
      plugin: "wasi:random/random@0.2.3#next",
      adapter: undefined,
    });
  });

  it("adapts exports from the host and imports from the plugin", () => {
    const exports = adaptContract(
      contract("demo:sample@1.0.0", { exports: { run: t.func([["a", t.u32]]) } }),
      contract("demo:sample@1.0.0", { exports: { run: t.func([["a", t.u64]]) } }),
    ).exports;
    expect(exports.get("run")!.adapter!.parameters!([1])).toEqual([1n]);
    const imports = adaptContract(
      contract("demo:sample@1.0.0", { imports: { run: t.func([["a", t.u64]]) } }),
      contract("demo:sample@1.0.0", { imports: { run: t.func([["a", t.u32]]) } }),
    ).imports;
    expect(imports.get("run")!.adapter!.parameters!([1])).toEqual([1n]);
  });
});
