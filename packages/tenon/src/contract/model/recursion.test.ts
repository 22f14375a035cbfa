import { describe, expect, it, test } from "vitest";
import { contract, t } from "../building/builder.js";
import {
  contractFromJson,
  contractFromWit,
  contractsEqual,
  contractToJson,
  contractToWit,
  fingerprint,
} from "../index.js";
import type { Type } from "./model.js";

const of = (type: Type) => contract("demo:sample", { exports: { run: t.func([["value", type]]) } });
const invalid = (message: string) =>
  expect.objectContaining({ code: "TENON_CONTRACT_INVALID", message: expect.stringContaining(message) });

describe("a recursive type", () => {
  test.each<[string, (self: Type) => Type]>([
    ["itself", (self) => self],
    ["a tuple", (self) => t.tuple(t.u8, self)],
    ["both sides of a result", (self) => t.result(self, self)],
    ["a record", (self) => t.record("inner", { again: self })],
    ["every case of a variant", (self) => t.variant("inner", { one: self, other: t.tuple(self) })],
  ])("is refused if every value contains another one: in %s", (_, part) => {
    expect(() => of(t.recursive((self) => t.record("outer", { part: part(self) })))).toThrow(
      invalid("has no finite value"),
    );
  });

  test.each<[string, (self: Type) => Type]>([
    ["a list", (self) => t.list(self)],
    ["an option", (self) => t.option(self)],
    ["a map", (self) => t.map(t.u8, self)],
    ["one side of a result", (self) => t.result(self)],
    ["one case of a variant", (self) => t.variant("inner", { one: self, end: null })],
  ])("is accepted if a value can end: in %s", (_, part) => {
    const type = t.recursive((self) => t.record("outer", { part: part(self) }));
    expect(of(type).declarations.map((each) => each.type)).toContain(type);
  });

  it("holds plain data only", () => {
    const counter = t.resource("counter", {});
    for (const part of [t.own(counter), t.stream(t.u8), t.future()])
      expect(() =>
        contract("demo:sample", {
          exports: {
            counters: t.interface({
              Counter: counter,
              run: t.func([["it", t.recursive((self) => t.record("outer", { part, more: t.list(self) }))]]),
            }),
          },
        }),
      ).toThrow(invalid('the recursive type "outer" contains a resource, stream or future'));
  });

  it("is a record or variant, which its function returns", () => {
    expect(() => t.recursive((self) => t.list(self) as never)).toThrow(
      invalid("t.recursive(): expected a function that returns a record or variant, got t.list(…)"),
    );
    expect(() => t.recursive("tree" as never)).toThrow(invalid("t.recursive(): expected a function"));
    let kept: Type | undefined;
    expect(() =>
      t.recursive((self) => {
        kept = self;
        throw new Error("half-way");
      }),
    ).toThrow("half-way");
    expect(() => of(kept!)).toThrow(invalid("its definition failed"));
  });

  it("is the same contract wherever it is cut into a tree", () => {
    let inner: Type | undefined;
    t.recursive((self) => {
      inner = t.record("inner", { back: t.option(self) });
      return t.record("outer", { inner: t.list(inner) });
    });
    const other = t.recursive((self) =>
      t.record("inner", { back: t.option(t.record("outer", { inner: t.list(self) })) }),
    );
    expect(contractsEqual(of(inner!), of(other))).toBe(true);
    expect(fingerprint(of(inner!))).toBe(fingerprint(of(other)));
    expect(contractsEqual(contractFromWit(contractToWit(of(inner!))), of(other))).toBe(true);
    expect(contractsEqual(contractFromJson(contractToJson(of(other))), of(inner!))).toBe(true);
  });

  it("may be one of thousands that mention each other", () => {
    const names = Array.from({ length: 4000 }, (_, at) => `m${at}`);
    const fields = names.map((name) => `f-${name}: option<${name}>,`).join(" ");
    const records = names.map((name) => `record ${name} { root: list<root> }`).join("\n");
    const text = `package demo:many; interface i { record root { ${fields} } ${records} run: func(it: root); } world many { import i; }`;
    const made = contractFromWit(text);
    expect(made.declarations).toHaveLength(4001);
    expect(() => contractFromWit(text.replaceAll("list<root>", "root").replaceAll("option<", "tuple<"))).toThrow(
      invalid("has no finite value"),
    );
  });
});

test("a chain of messages that each mention the next and the first is limited in levels, not in time", () => {
  const names = Array.from({ length: 1000 }, (_, at) => `m${at}`);
  const records = names
    .map((name, at) => `record ${name} { next: option<m${(at + 1) % 1000}>, first: list<m0> }`)
    .join("\n");
  expect(() =>
    contractFromWit(`package demo:many; interface i { ${records} run: func(it: m0); } world many { import i; }`),
  ).toThrow(expect.objectContaining({ code: "TENON_CONTRACT_TOO_LARGE" }));
});

test("a map's key is a primitive type, but no float", () => {
  for (const key of [t.f64, t.list(t.u8), t.option(t.u8)])
    expect(() => t.map(key as never, t.u8)).toThrow(invalid("t.map(): key: expected one of t.bool, t.s8,"));
});

test("an open enum has no case unrecognized, which stands for all others", () => {
  expect(() => of(t.enum("mode", ["on", "unrecognized"], { open: true }))).toThrow(
    invalid('cannot have a case "unrecognized"'),
  );
  expect(() => of(t.enum("mode", ["on", "unrecognized"]))).not.toThrow();
});
