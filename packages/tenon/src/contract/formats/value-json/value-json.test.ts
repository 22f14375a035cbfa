import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryContract } from "../../../../../conformance/src/arbitrary-contract.js";
import { arbitraryValue } from "../../../../../conformance/src/arbitrary-value.js";
import { t } from "../../building/builder.js";
import { readJson } from "../../json/index.js";
import type { Type } from "../../model/model.js";
import { holdsReferences } from "../../model/reach.js";
import { signatures } from "../../model/signature.js";
import { explain } from "../../validate/index.js";
import { valueFromJson, valueToJson } from "./index.js";

const arbitraryCase: fc.Arbitrary<{ type: Type; value: unknown }> = arbitraryContract().chain((contract) => {
  const used = [...signatures(contract.exports), ...signatures(contract.imports)].flatMap(({ type }) => [
    ...type.parameters.map((parameter) => parameter.type),
    ...(type.result === undefined ? [] : [type.result]),
  ]);
  const types = used.filter((type) => !holdsReferences(type));
  return fc.constantFrom(...types, ...newer).chain((type) => arbitraryValue(type).map((value) => ({ type, value })));
});

interface Tree {
  label: string;
  kids: Tree[];
}
const tree = t.recursive<Tree>((self) => t.record("tree", { label: t.string, kids: t.list(self) }));
const mode = t.enum("mode", ["on", "off"], { open: true });
const newer: readonly Type[] = [
  t.json,
  tree,
  mode,
  t.map(t.string, t.json),
  ...[t.bool, t.u8, t.s64, t.char].map((key) => t.map(key, t.option(tree))),
  t.record("all", { json: t.json, maybe: t.option(t.json), modes: t.list(mode), trees: t.map(t.u32, tree) }),
];

const colour = t.enum("colour", ["red", "dark-green"]);
const rights = t.flags("rights", ["read", "writeAll"]);
const amount = t.variant("amount", { none: null, exact: t.u32, roughly: t.option(t.string) });
const person = t.record("person", { firstName: t.string, id: t.u64, photo: t.option(t.bytes), rights });

describe("values as JSON", () => {
  test("come back as they were, for values of any type", () => {
    fc.assert(
      fc.property(arbitraryCase, ({ type, value }) => {
        const text = JSON.stringify(valueToJson(type, value));
        const back = valueFromJson(type, readJson(text, { levels: 1000, bytes: 1e6 }));
        expect(explain(type, back)).toBeUndefined();
        expect(JSON.stringify(valueToJson(type, back))).toBe(text);
      }),
      { numRuns: times(500) },
    );
  });

  test("are written as Protocol Buffers write them", () => {
    const value = { firstName: "Ada", id: 18446744073709551615n, photo: Uint8Array.of(1, 255), rights: { read: true } };
    expect(valueToJson(person, value)).toEqual({
      firstName: "Ada",
      id: "18446744073709551615",
      photo: "Af8=",
      rights: { read: true, writeAll: false },
    });
    expect(valueToJson(t.list(t.f64), [1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY])).toEqual([
      1.5,
      "-0",
      "NaN",
      "-Infinity",
    ]);
    expect(valueFromJson(t.f64, "-0")).toBe(-0);
    expect(valueToJson(t.option(t.u8), undefined)).toBeNull();
    expect(valueToJson(t.option(t.option(t.u8)), { tag: "none" })).toEqual({ tag: "none" });
    expect(valueToJson(amount, { tag: "exact", val: 7 })).toEqual({ tag: "exact", val: 7 });
  });

  test.each<[Type, unknown, unknown]>([
    [t.u64, 7, 7n],
    [t.u64, "7", 7n],
    [t.s64, "-9223372036854775808", -(2n ** 63n)],
    [t.u8, "255", 255],
    [t.f64, "NaN", Number.NaN],
    [t.bytes, "-_8", Uint8Array.of(251, 255)],
    [t.bytes, [0, 255], Uint8Array.of(0, 255)],
    [rights, ["write-all"], { writeAll: true }],
    [amount, { tag: "roughly" }, { tag: "roughly", val: undefined }],
    [mode, 7, 7],
    [
      t.map(t.s64, t.bool),
      { "-1": true, 2: false },
      new Map([
        [2n, false],
        [-1n, true],
      ]),
    ],
    [t.map(t.string, t.json), JSON.parse('{"__proto__": [1]}'), new Map([["__proto__", [1]]])],
    [person, { firstName: "a", id: 1, rights: {} }, { firstName: "a", id: 1n, photo: undefined, rights: {} }],
  ])("of type %j are read from %j", (type, json, value) => expect(valueFromJson(type, json)).toEqual(value));

  test.each<[Type, unknown, string]>([
    [t.u8, 256, "expected a whole number from 0 to 255 (u8), got number 256"],
    [t.u64, 2 ** 53, "a number beyond 2^53 loses digits in JSON"],
    [t.s32, 1.5, "expected a whole number"],
    [t.s32, "9".repeat(1000), "expected a whole number"],
    [t.char, "ab", "expected one character"],
    [t.char, "\ud83d", "expected one character"],
    [t.bytes, "a", 'expected bytes as Base64, got string "a"'],
    [t.bytes, [256], "at [0]: expected a whole number from 0 to 255"],
    [colour, "green", "expected red or dark-green"],
    [colour, "__proto__", "expected red or dark-green"],
    [amount, { tag: "constructor" }, 'at tag: expected "none" or "exact" or "roughly", got "constructor"'],
    [amount, { tag: "exact" }, 'the case "exact" needs a "val"'],
    [t.list(person), [{ firstName: "a", id: 1, rights: {}, more: 1 }], "at [0].more: the record person has no such"],
    [person, JSON.parse('{"__proto__": 1}'), "at __proto__: the record person has no such field"],
    [person, [], "got array of 0"],
    [person, { id: 1 }, 'the field "firstName" is missing'],
    [t.tuple(t.u8, t.u8), [1], "expected a list of 2"],
    [t.list(t.string), "a", "expected a list such as [string, …]"],
    [t.map(t.u8, t.bool), { 1: true, "+1": true }, 'at ["+1"]: the key is there twice'],
    [t.map(t.u8, t.bool), { 256: true }, "at 256: expected a whole number from 0 to 255"],
    [t.map(t.bool, t.bool), { yes: true }, "at yes: expected true or false"],
    [mode, 2 ** 31, "expected a whole number"],
    [mode, "auto", "expected on or off"],
    [rights, { execute: true }, 'unknown flag "execute"'],
  ])("of type %j are not read from %j", (type, json, message) => {
    expect(() => valueFromJson(type, json, "greet(): result")).toThrow(
      expect.objectContaining({ code: "TENON_VALUE_TYPE", message: expect.stringContaining(message) }),
    );
  });

  test("of recursive types and of t.json are limited in depth", () => {
    let deep: unknown = { label: "", kids: [] };
    for (let level = 0; level < 100_000; level++) deep = { label: "", kids: [deep] };
    expect(() => valueFromJson(tree, deep)).toThrow(expect.objectContaining({ code: "TENON_VALUE_TYPE" }));
    expect(() => valueToJson(tree, deep)).toThrow(expect.objectContaining({ code: "TENON_VALUE_TYPE" }));
    expect(() => valueFromJson(t.json, deep)).toThrow(expect.objectContaining({ code: "TENON_VALUE_TYPE" }));
  });

  test("cannot be written if they do not have their type", () => {
    expect(() => valueToJson(person, { firstName: 1 }, "greet(): result")).toThrow(
      expect.objectContaining({
        code: "TENON_VALUE_TYPE",
        message: "greet(): result at firstName: expected string, got number 1",
      }),
    );
  });

  test.each([
    ["handle", t.own(t.resource("file", {}))],
    ["stream", t.stream(t.u8)],
    ["future", t.future()],
  ])("cannot contain a %s", (kind, type) => {
    const refused = expect.objectContaining({
      code: "TENON_CONTRACT_UNSUPPORTED",
      message: `value: JSON cannot hold a ${kind}`,
    });
    expect(() => valueFromJson(t.list(type), [{}])).toThrow(refused);
    const value = kind === "stream" ? (async function* () {})() : Promise.resolve();
    expect(() => valueToJson(t.list(type), [value])).toThrow(refused);
  });
});
