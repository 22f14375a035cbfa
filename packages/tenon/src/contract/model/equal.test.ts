import { describe, expect, test } from "vitest";
import { contract, t } from "../building/builder.js";
import { contractDifference, contractsEqual, contractsInterchangeable } from "./equal.js";
import type { FunctionType, Items, Type } from "./model.js";

const of = (exports: Items, imports: Items = {}) => contract("a:b", { imports, exports });
const taking = (type: Type) => of({ f: t.func([["x", type]]) });
const record = (docs?: string) => t.record("r", { x: t.u8, y: t.string }, docs === undefined ? {} : { docs });

describe("contractsEqual", () => {
  test("contracts built twice are equal", () => {
    const build = () => {
      const r = record("docs");
      const res = t.resource("res", {
        constructs: [["a", r]],
        methods: { m: t.func([], r) },
        statics: { s: t.func([]) },
      });
      return of({
        a: t.interface({ Res: res, f: t.func([["x", t.borrow(res)]], t.variant("v", { one: r, two: null })) }),
        g: t.func([], t.flags("fl", ["p"])),
      });
    };
    expect(contractsEqual(build(), build())).toBe(true);
  });

  const rows: readonly (readonly [path: string, a: ReturnType<typeof of>, b: ReturnType<typeof of>])[] = [
    ["id", contract("a:b", {}), contract("a:c", {})],
    ["docs", contract("a:b", { docs: "x" }), contract("a:b", {})],
    ["exports", of({ f: t.func([]), g: t.func([]) }), of({ g: t.func([]), f: t.func([]) })],
    ["imports", of({}, { f: t.func([]) }), of({})],
    ["exports.f", of({ f: t.func([]) }), of({ f: t.interface({}) })],
    ["exports.f()", of({ f: t.func([]) }), of({ f: t.func([], undefined, { async: true }) })],
    ["exports.f()", of({ f: t.func([]) }), of({ f: t.optional(t.func([])) })],
    ["exports.f()", of({ f: t.func([]) }), of({ f: t.func([], undefined, { docs: "" }) })],
    ["exports.f()", of({ f: t.func([]) }), taking(t.u8)],
    ['exports.f(): parameter "x"', taking(t.u8), taking(t.u16)],
    ['exports.f(): parameter "x"', taking(t.list(t.u8)), taking(t.list(t.s8))],
    ['exports.f(): parameter "x"', taking(t.option(t.u8)), taking(t.option(t.s8))],
    ['exports.f(): parameter "x"', taking(t.result(t.u8)), taking(t.result(undefined, t.u8))],
    ['exports.f(): parameter "x"', taking(t.tuple(t.u8)), taking(t.tuple(t.u8, t.u8))],
    ['exports.f(): parameter "x"', taking(t.stream()), taking(t.stream(t.u8))],
    ['exports.f(): parameter "x"', taking(t.future(t.s8)), taking(t.future(t.u8))],
    ['exports.f(): parameter "x"', taking(record("one")), taking(record("other"))],
    ['exports.f(): parameter "x".x', taking(record()), taking(t.record("r", { x: t.s8, y: t.string }))],
    ['exports.f(): parameter "x".one', taking(t.variant("v", { one: null })), taking(t.variant("v", { one: t.u8 }))],
    ['exports.f(): parameter "x".one', taking(t.enum("e", ["one"])), taking(t.enum("e", ["two"]))],
    ["exports.f(): result", of({ f: t.func([]) }), of({ f: t.func([], t.u8) })],
    ["exports.i", of({ i: t.interface({}, { docs: "x" }) }), of({ i: t.interface({}) })],
    [
      "exports.i.g(): result",
      of({ i: t.interface({ g: t.func([]) }) }),
      of({ i: t.interface({ g: t.func([], t.u8) }) }),
    ],
    ["imports.R", of({}, { R: t.resource("r", { constructs: [] }) }), of({}, { R: t.resource("r", {}) })],
    [
      "imports.R.m()",
      of({}, { R: t.resource("r", { methods: { m: t.func([]) } }) }),
      of({}, { R: t.resource("r", { methods: { m: t.func([], undefined, { docs: "x" }) } }) }),
    ],
  ];

  test.each(rows)("differ at %s", (path, a, b) => {
    expect(contractDifference(a, b)).toBe(path);
    expect(contractsEqual(b, a)).toBe(false);
  });

  test("one type used twice differs from two types that look the same", () => {
    const [one, other] = [record(), record()];
    const shared = of({ i: t.interface({ f: t.func([], one) }), j: t.interface({ f: t.func([], one) }) });
    const apart = of({ i: t.interface({ f: t.func([], one) }), j: t.interface({ f: t.func([], other) }) });
    expect(contractDifference(shared, apart)).toBe("exports.j.f(): result");
    expect(contractDifference(apart, shared)).toBe("exports.j.f(): result");
  });

  test("line endings in docs do not matter", () => {
    const with_ = (docs: string) => of({ f: t.func([], undefined, { docs }) as FunctionType });
    expect(contractsEqual(with_("a\r\nb"), with_("a\nb"))).toBe(true);
  });
});

describe("contractsInterchangeable", () => {
  const make = (docs: string, type: Type = t.bytes, id = "a:b@1.0.0") =>
    contract(id, {
      docs,
      exports: {
        f: t.func([["r", t.record("r", { x: type }, { docs })]], type, { docs }),
        i: t.interface({ g: t.func([["bytes", type]]) }, { docs }),
      },
    });

  test("looks at neither docs nor who gives up bytes, and at everything else", () => {
    expect(contractsInterchangeable(make("one"), make("two", t.own(t.bytes)))).toBe(true);
    expect(contractsInterchangeable(make("one"), make("one", t.string))).toBe(false);
    expect(contractsInterchangeable(make("one"), make("one", t.bytes, "a:b@1.0.1"))).toBe(false);
    expect(contractsEqual(make("one"), make("two"))).toBe(false);
  });
});
