import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readValue } from "../../contract/formats/value-json/read-value.js";
import { type Type, t } from "../../contract/index.js";
import { argumentPosition } from "../arguments/argument-position.js";
import { valueJson } from "./value-json.js";

const position = argumentPosition("argument", "anything");

test.each<[string, Type, unknown, unknown]>([
  ["a small 64-bit integer is a number", t.u64, 5n, 5],
  ["a large one is a string", t.s64, -9007199254740993n, "-9007199254740993"],
  ["NaN is a string", t.f64, Number.NaN, "NaN"],
  ["bytes are base64", t.bytes, Uint8Array.of(0, 255), "base64:AP8="],
  ["none is null", t.option(t.string), undefined, null],
  ["all flags are listed", t.flags("rights", ["read", "writeAll"]), { read: true }, { read: true, writeAll: false }],
  ["a variant without a value has only its tag", t.variant("v", { none: null }), { tag: "none" }, { tag: "none" }],
])("%s", async (_what, type, value, json) => {
  expect(await valueJson(type, value)).toEqual(json);
});

test("streams are lists, streams of bytes are bytes, futures their value", async () => {
  async function* numbers() {
    yield* [1n, 2n];
  }
  async function* chunks() {
    yield Uint8Array.of(1);
    yield Uint8Array.of(2);
  }
  expect(await valueJson(t.stream(t.u64), numbers())).toEqual([1, 2]);
  expect(await valueJson(t.stream(t.u8), chunks())).toBe("base64:AQI=");
  expect(await valueJson(t.future(t.bytes), Promise.resolve(Uint8Array.of(1)))).toBe("base64:AQ==");
});

/** A type together with values of it. */
interface Sample {
  readonly type: Type;
  readonly value: unknown;
}

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.boolean().map((value) => ({ type: t.bool as Type, value })),
  fc.string({ unit: "grapheme" }).map((value) => ({ type: t.string, value })),
  fc.integer({ min: 0, max: 255 }).map((value) => ({ type: t.u8, value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ type: t.s64, value })),
  fc.double().map((value) => ({ type: t.f64, value: Object.is(value, -0) ? 0 : value })),
  fc.uint8Array().map((value) => ({ type: t.bytes, value })),
  fc.constantFrom("red", "dark-green").map((value) => ({ type: t.enum("colour", ["red", "dark-green"]), value })),
  fc
    .record({ read: fc.boolean(), writeAll: fc.boolean() })
    .map((value) => ({ type: t.flags("rights", ["read", "writeAll"]), value })),
);

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { depthSize: "small" },
    leaf,
    tie("sample").map(({ type, value }) => ({
      type: type.kind === "u8" ? t.tuple(type) : t.list(type),
      value: [value],
    })),
    tie("sample").chain(({ type, value }) => {
      const nested = type.kind === "option";
      const some = nested ? { tag: "some", val: value } : value;
      return fc
        .boolean()
        .map((isSome) => ({ type: t.option(type), value: isSome ? some : nested ? { tag: "none" } : undefined }));
    }),
    fc
      .tuple(tie("sample"), tie("sample"))
      .map(([one, other]) => ({ type: t.tuple(one.type, other.type), value: [one.value, other.value] })),
    fc.tuple(tie("sample"), tie("sample")).map(([one, other]) => ({
      type: t.record("pair", { one: one.type, theOther: other.type }),
      value: { one: one.value, theOther: other.value },
    })),
    tie("sample").map(({ type, value }) => ({ type: t.result(type, t.string), value: { tag: "ok", val: value } })),
    tie("sample").map(({ type, value }) => ({
      type: t.variant("choice", { some: type, none: null }),
      value: { tag: "some", val: value },
    })),
  ),
}));

test("what is printed can be passed as an argument again", async () => {
  await fc.assert(
    fc.asyncProperty(sample, async ({ type, value }) => {
      const text = JSON.stringify(await valueJson(type, value));
      expect(readValue(type, JSON.parse(text), position)).toEqual(value);
    }),
    { numRuns: times(300) },
  );
});
