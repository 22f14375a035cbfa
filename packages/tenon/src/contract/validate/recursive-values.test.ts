import { describe, expect, it } from "vitest";
import {
  compileCheckedCopy,
  compileGuard,
  compileMeasure,
  contract,
  explain,
  mostValueLevels,
  type Type,
  t,
  typeMismatch,
  unfit,
} from "../index.js";
import { closureCopy } from "./closures.js";

interface Tree {
  label: string;
  children: Tree[];
}
const tree = t.recursive<Tree>((self) => t.record("tree", { label: t.string, children: t.list(self) }));

function chain(levels: number): Tree {
  let node: Tree = { label: "end", children: [] };
  for (let level = 0; level < levels; level++) node = { label: "", children: [node] };
  return node;
}

function fits(type: Type, value: unknown): boolean {
  const answers = [
    compileGuard(type)(value),
    compileCheckedCopy(type)(value) !== unfit,
    closureCopy(type)(value) !== unfit,
    explain(type, value) === undefined,
  ];
  expect(new Set(answers).size, `the guard, the copies and the explanation agree: ${answers}`).toBe(1);
  return answers[0] as boolean;
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

describe("values of recursive types", () => {
  it("may contain themselves at most 256 times, and a million levels cost no more stack", () => {
    expect(fits(tree, chain(mostValueLevels))).toBe(true);
    expect(fits(tree, chain(mostValueLevels + 1))).toBe(false);
    expect(fits(tree, chain(1_000_000))).toBe(false);
    expect(typeMismatch(tree, chain(1_000_000), "f(): result").message).toMatch(
      /^f\(\): result at children\[0\]\.children.*…\.?.*: expected at most 256 levels of tree, got more$/,
    );
  });

  it("end in an error if they are cyclic", () => {
    const value: Tree = { label: "", children: [] };
    value.children.push(value);
    expect(fits(tree, value)).toBe(false);
  });

  it("are checked at every level", () => {
    expect(fits(tree, { label: "a", children: [{ label: "b", children: [{ label: 1, children: [] }] }] })).toBe(false);
    expect(explain(tree, { label: "a", children: [{ label: "b", children: [{ label: 1, children: [] }] }] })).toEqual({
      path: ".children[0].children[0].label",
      expected: "string",
      got: "number 1",
    });
  });

  it("are copied at every level", () => {
    const value = chain(3);
    const copy = compileCheckedCopy(tree)(value) as Tree;
    expect(copy).toEqual(value);
    expect(copy.children[0]?.children[0]).not.toBe(value.children[0]?.children[0]);
    expect(closureCopy(tree)(value)).toEqual(value);
  });

  it("have a size at every level", () => {
    const measure = compileMeasure(tree)!;
    expect(measure({ label: "abc", children: [{ label: "defg", children: [] }] })).toBe(8);
    expect(measure(chain(1_000_000))).toBeGreaterThan(200);
  });

  it("may have several types that contain each other, seen from each of them", () => {
    let inner: Type | undefined;
    const outer = t.recursive((self) => {
      inner = t.recursive((innerSelf) => t.variant("inner", { end: null, back: t.option(self), again: innerSelf }));
      return t.record("outer", { part: inner as Type & { kind: "variant" } });
    });
    const value = { part: { tag: "again", val: { tag: "back", val: { part: { tag: "end" } } } } };
    expect(fits(outer, value)).toBe(true);
    expect(fits(inner!, value.part)).toBe(true);
    expect(fits(inner!, { tag: "back", val: { part: { tag: "elsewhere" } } })).toBe(false);
  });

  it.each([
    [12, 256],
    [24, 128],
    [96, 32],
  ])("do not exhaust the stack with %i levels of types: %i times", (levels, most) => {
    const deep = deepType(levels - 1);
    contract("demo:deep", { exports: { f: t.func([["value", deep]]) } });
    let value: unknown = { inner: deepValue(levels - 1, []) };
    for (let level = 0; level < most; level++) value = { inner: deepValue(levels - 1, [value]) };
    expect(fits(deep, value)).toBe(true);
    expect(compileMeasure(deep)!(value)).toBeGreaterThan(most - 1);
    expect(fits(deep, { inner: deepValue(levels - 1, [value]) })).toBe(false);
  });
});

/** A type that contains itself below this many levels, and one for the record. */
function deepType(levels: number) {
  return t.recursive((self) => {
    let type: Type = t.list(self);
    for (let level = 1; level < levels; level++) type = level % 2 === 0 ? t.tuple(type) : t.result(type, t.u8);
    return t.record("deep", { inner: type });
  });
}

function deepValue(levels: number, list: readonly unknown[]): unknown {
  let value: unknown = list;
  for (let level = 1; level < levels; level++) value = level % 2 === 0 ? [value] : { tag: "ok", val: value };
  return value;
}

describe("values of t.json", () => {
  it("are what JSON can express", () => {
    for (const value of [null, true, 0, -1.5, "text", [], {}, [1, [null]], { a: { b: [] } }, Object.create(null)])
      expect(fits(t.json, value)).toBe(true);
    for (const value of [
      undefined,
      Number.NaN,
      Infinity,
      1n,
      () => 1,
      Symbol("a"),
      new Date(),
      new Map(),
      { a: undefined },
      [undefined],
      new Array(1),
    ])
      expect(fits(t.json, value)).toBe(false);
  });

  it("may have at most 256 levels, and may not be cyclic", () => {
    expect(fits(t.json, nested(mostValueLevels))).toBe(true);
    expect(fits(t.json, nested(mostValueLevels + 1))).toBe(false);
    expect(fits(t.json, nested(1_000_000))).toBe(false);
    const cyclic: unknown[] = [];
    cyclic.push({ again: cyclic });
    expect(fits(t.json, cyclic)).toBe(false);
    expect(typeMismatch(t.json, cyclic, "f(): result").message).toMatch(
      /expected a JSON value of at most 256 levels, got more$/,
    );
  });

  it("keep a property __proto__ as a property", () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
    const copy = compileCheckedCopy(t.json)(value) as Record<string, unknown>;
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Object.entries(copy)).toEqual([
      ["__proto__", { polluted: true }],
      ["a", 1],
    ]);
    expect("polluted" in copy).toBe(false);
  });

  it("are read once by the checked copy", () => {
    let reads = 0;
    const copy = compileCheckedCopy(t.json)({
      get a() {
        return reads++ === 0 ? [1] : () => 1;
      },
    });
    expect(copy).toEqual({ a: [1] });
    expect(reads).toBe(1);
  });

  it("name the part that is none", () => {
    expect(explain(t.json, { a: [1, { "b c": new Date(0) }] })).toEqual({
      path: '.a[1]["b c"]',
      expected: "a JSON value",
      got: "Date",
    });
  });
});

describe("values of t.map", () => {
  const scores = t.map(t.string, t.u8);

  it("are maps with keys and values of their types", () => {
    expect(fits(scores, new Map([["a", 1]]))).toBe(true);
    expect(fits(scores, new Map([["a", 256]]))).toBe(false);
    expect(fits(scores, new Map([[1, 1]]))).toBe(false);
    for (const value of [
      {},
      [],
      null,
      undefined,
      new WeakMap(),
      new Set(),
      Object.create(Map.prototype),
      new Proxy(new Map(), {}),
    ])
      expect(fits(scores, value)).toBe(false);
    expect(explain(scores, new Map([["a", 256]]))).toEqual({
      path: '["a"]',
      expected: "integer that fits u8",
      got: "number 256",
    });
    expect(explain(scores, new Map([[1, 1]]))).toEqual({ path: " key", expected: "string", got: "number 1" });
  });

  it("may be of another realm", async () => {
    const { runInNewContext } = await import("node:vm");
    const foreign = runInNewContext('new Map([["a", 1]])');
    expect(foreign instanceof Map).toBe(false);
    expect(fits(scores, foreign)).toBe(true);
    expect(compileCheckedCopy(scores)(foreign)).toEqual(new Map([["a", 1]]));
  });

  it("are read once, whatever methods of their own they have", () => {
    class Odd extends Map<string, number> {
      override get size(): number {
        throw new Error("size");
      }
      override get(): number {
        throw new Error("get");
      }
      override *entries(): ReturnType<Map<string, number>["entries"]> {
        yield ["never", 999];
      }
      override forEach(): void {
        throw new Error("forEach");
      }
    }
    const odd = new Odd();
    Map.prototype.set.call(odd, "a", 1);
    const copy = compileCheckedCopy(scores)(odd) as Map<string, number>;
    expect(Object.getPrototypeOf(copy)).toBe(Map.prototype);
    expect(copy).toEqual(new Map([["a", 1]]));
  });

  it("have the size of their parts", () => {
    expect(
      compileMeasure(scores)!(
        new Map([
          ["abc", 1],
          ["de", 2],
        ]),
      ),
    ).toBe(7);
  });
});

describe("values of an open enum", () => {
  const mode = t.enum("mode", ["on", "off"], { open: true });

  it("are its cases, and numbers that have no name", () => {
    for (const value of ["on", "off", 0, 7, -1, 2 ** 31 - 1, -(2 ** 31)]) expect(fits(mode, value)).toBe(true);
    for (const value of ["other", 2 ** 31, 1.5, Number.NaN, "1", 1n, null]) expect(fits(mode, value)).toBe(false);
    expect(explain(mode, "other")?.expected).toBe('one of "on", "off", or an integer that fits s32');
  });
});
