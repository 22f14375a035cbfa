import { describe, expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { contract, t } from "../building/builder.js";
import type { Items } from "./model.js";
import { findSignature, signatures } from "./signature.js";

const owners = (imports: Items, exports: Items) =>
  contract("demo:kit", { imports, exports }).declarations.map(
    ({ owner, type }) => `${owner ?? "(world)"}.${type.name}`,
  );

const failure = (imports: Items, exports: Items, id = "demo:kit@1.0.0"): string => {
  try {
    contract(id, { imports, exports });
  } catch (error) {
    if (!isTenonError(error, "TENON_CONTRACT_INVALID")) throw error;
    expect(error.subject).toBe(id);
    return error.message.replace(`contract ${id}: `, "");
  }
  throw new Error("there is a contract");
};

const record = (name = "r") => t.record(name, { x: t.u8 });

describe("a type is declared by", () => {
  test("the interface that uses it first, imports before exports", () => {
    const r = record();
    const uses = t.interface({ f: t.func([], r) });
    expect(owners({ b: uses }, { a: uses })).toEqual(["b.r"]);
    expect(owners({}, { b: uses, a: uses })).toEqual(["b.r"]);
  });

  test("the world, if only its own functions use it", () => {
    expect(owners({ f: t.func([], record()) }, {})).toEqual(["(world).r"]);
  });

  test("the imported interface that shares it with the world", () => {
    const r = record();
    expect(owners({ a: t.interface({ f: t.func([], r) }) }, { g: t.func([], r) })).toEqual(["a.r"]);
  });

  test("a separate interface, if an exported interface shares it with the world", () => {
    const r = record();
    const shared = (key: string) => ({ [key]: t.interface({ f: t.func([], r) }), g: t.func([], r) });
    expect(owners({}, shared("a"))).toEqual(["types.r"]);
    expect(owners({}, shared("types"))).toEqual(["shared-types.r"]);
  });

  test("the interface that lists it, if it is a resource; interfaces that use it come later", () => {
    const r = record();
    const made = t.resource("made", {});
    const user = t.interface({ f: t.func([["x", r]], t.own(made)) });
    const maker = t.interface({ Made: made, g: t.func([["x", r]]) });
    expect(owners({}, { user, maker })).toEqual(["maker.made", "maker.r"]);
  });
});

describe("a contract that WIT cannot express is rejected", () => {
  const f = t.func([]);
  const made = t.resource("made", {});
  const offers = t.interface({ Made: made });
  const rows: readonly (readonly [what: string, imports: Items, exports: Items, message: string])[] = [
    [
      "a resource that is not declared",
      {},
      { f: t.func([], t.own(made)) },
      'exports.f(): resource "made" is not declared',
    ],
    [
      "a resource that is not declared, in an interface",
      {},
      { a: t.interface({ f: t.func([], t.own(made)) }) },
      'exports.a: resource "made" is not declared',
    ],
    [
      "a resource offered twice",
      { a: offers, b: offers },
      {},
      'imports.b.Made: resource "made" is already declared as imports.a.Made',
    ],
    [
      "a resource on both sides",
      { a: offers },
      { a: offers },
      'exports.a.Made: resource "made" is both imported and exported',
    ],
    [
      "an import that uses what is exported",
      { f: t.func([], t.own(made)) },
      { a: offers },
      'imports.f(): an import cannot use resource "made", which is exported as a.Made',
    ],
    [
      "an imported interface that uses what is exported",
      { b: t.interface({ f: t.func([], t.own(made)) }) },
      { a: offers },
      'imports.b: an import cannot use resource "made", which is exported as a.Made',
    ],
    [
      "an interface that uses the world's resource",
      { Made: made, a: t.interface({ f: t.func([], t.own(made)) }) },
      {},
      'imports.a: an interface cannot use resource "made", which is declared at the top level',
    ],
    [
      "an exported resource outside an interface",
      {},
      { Made: made },
      "exports.Made: an exported resource must be a member of an interface: t.interface({ Made })",
    ],
    ["a resource under another key", { made }, {}, 'imports.made: the resource "made" must have the key "Made"'],
    [
      "interfaces that need each other",
      {},
      circle(),
      'interfaces "a" and "b" use each other\'s resources, which WIT does not allow',
    ],
    [
      "the world's name for an interface",
      {},
      { kit: t.interface({ f }) },
      "exports.kit: the interface has the same name as the world",
    ],
    [
      "a function called as a type",
      {},
      { a: t.interface({ r: t.func([], record()) }) },
      'exports.a.r: a function and a type are both called "r"',
    ],
    [
      "an import called as a type of the world",
      { r: t.func([], record()) },
      {},
      'imports.r: a function and a type are both called "r"',
    ],
    [
      "one name for two types",
      {},
      {
        f: t.func([
          ["a", record()],
          ["b", record()],
        ]),
      },
      'f(): parameter "b": type "r" is declared twice, and the two declarations differ',
    ],
    [
      "one interface name for two interfaces",
      { a: t.interface({ f }) },
      { a: t.interface({ g: f }) },
      'interface "a" is imported and exported, but is not the same on both sides: a differs',
    ],
    [
      "an id that is none",
      { x: t.interface({ f }, { id: "x" }) },
      {},
      'imports.x: "x" is not the id of an interface, such as wasi:cli/environment@0.2.0',
    ],
    [
      "an id of the own package",
      { x: t.interface({ f }, { id: "demo:kit/x@1.0.0" }) },
      {},
      "imports.x: an interface of the contract's own package must not have an id",
    ],
    [
      "another key than the id has",
      { y: t.interface({ f }, { id: "c:d/x" }) },
      {},
      'imports.y: the interface c:d/x must have the key "x"',
    ],
    [
      "a borrow in a result, within a record",
      { a: offers, f: t.func([], t.record("r", { x: t.borrow(made) })) },
      {},
      'f(): result: a borrow is allowed only in parameters, and "r" contains one',
    ],
    [
      "a borrow in a stream",
      { a: offers, f: t.func([["x", t.stream(t.borrow(made))]]) },
      {},
      'f(): parameter "x": a borrow is allowed only in parameters',
    ],
    [
      "names that differ only in case",
      {},
      { f: t.func([["a", t.enum("e", ["XML", "xml"])]]) },
      'f(): parameter "a": case "xml" is declared twice',
    ],
    [
      "a method's parameter self",
      { Made: t.resource("made", { methods: { m: t.func([["self", t.u8]]) } }) },
      {},
      'Made.m(): a method cannot have a parameter "self": that is the name of the object itself',
    ],
  ];

  test.each(rows)("%s", (_, imports, exports, message) => {
    expect(failure(imports, exports)).toBe(message);
  });

  test("a version that is not a semantic version", () => {
    expect(failure({}, {}, "demo:kit@1.0")).toBe('"1.0" is not a semantic version');
  });

  function circle(): Items {
    const [one, two] = [t.resource("one", {}), t.resource("two", {})];
    return {
      a: t.interface({ One: one, f: t.func([], t.own(two)) }),
      b: t.interface({ Two: two, f: t.func([], t.own(one)) }),
    };
  }
});

test("the id leaves out a world that has the same name as its package", () => {
  expect(contract("a:b/b@1.0.0", {}).id).toBe("a:b@1.0.0");
  expect(contract("a:b/c@1.0.0", {}).id).toBe("a:b/c@1.0.0");
});

test("a static function may be called new; of a class with a constructor, it is new_ in JavaScript", () => {
  const statics = { new: t.func([], t.u8) };
  const made = contract("a:b", {
    exports: {
      i: t.interface({
        Plain: t.resource("plain", { statics }),
        Made: t.resource("made", { constructs: [], statics }),
      }),
    },
  });
  const named = signatures(made.exports).map(({ label, path }) => [label, path]);
  expect(named).toContainEqual(["i.Plain.new", "i#[static]plain.new"]);
  expect(named).toContainEqual(["i.Made.new", "i#[constructor]made"]);
  expect(named).toContainEqual(["i.Made.new_", "i#[static]made.new"]);
  expect(findSignature(made, "i.Made.new_")?.kind).toBe("static");
});
