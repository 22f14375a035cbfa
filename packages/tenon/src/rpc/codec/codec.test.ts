import { Buffer } from "node:buffer";
import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryJson } from "../../../../conformance/src/arbitrary-value.js";
import { contract, type Type, t } from "../../contract/index.js";
import {
  compileDecoder,
  compileEncoder,
  noReferences,
  Reader,
  TooLarge,
  Unencodable,
  Unreadable,
  Writer,
} from "./index.js";

function encode(type: Type, value: unknown, ceiling = Number.POSITIVE_INFINITY): Uint8Array {
  const writer = new Writer();
  writer.ceiling = ceiling;
  compileEncoder(type)(writer, value, noReferences);
  writer.check();
  return Uint8Array.from(writer.view());
}

function decode(type: Type, bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = compileDecoder(type)(reader, noReferences);
  reader.finish();
  return value;
}

interface Sample {
  readonly type: Type;
  readonly value: fc.Arbitrary<unknown>;
}

const text = fc.string({ unit: "binary", maxLength: 80 }).filter((value) => (value as any).isWellFormed());
const words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"] as const;
const samples: readonly Sample[] = [
  { type: t.bool, value: fc.boolean() },
  { type: t.u8, value: fc.integer({ min: 0, max: 255 }) },
  { type: t.s8, value: fc.integer({ min: -128, max: 127 }) },
  { type: t.u16, value: fc.integer({ min: 0, max: 65535 }) },
  { type: t.s16, value: fc.integer({ min: -32768, max: 32767 }) },
  { type: t.u32, value: fc.integer({ min: 0, max: 4294967295 }) },
  { type: t.s32, value: fc.integer() },
  { type: t.u64, value: fc.bigInt(0n, 2n ** 64n - 1n) },
  { type: t.s64, value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) },
  { type: t.f32, value: fc.float() },
  { type: t.f64, value: fc.double() },
  {
    type: t.char,
    value: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }).filter((value) => (value as any).isWellFormed()),
  },
  { type: t.string, value: text },
  { type: t.bytes, value: fc.uint8Array({ maxLength: 200 }) },
  { type: t.json, value: arbitraryJson },
  { type: t.enum("open-digit", words, { open: true }), value: fc.oneof(fc.constantFrom(...words), fc.integer()) },
  { type: t.enum("digit", words), value: fc.constantFrom(...words) },
  {
    type: t.flags("digits", words),
    value: fc
      .tuple(...words.map(() => fc.boolean()))
      .map((set) => Object.fromEntries(words.map((word, index) => [word, set[index]]))),
  },
];

/** A type, with values of it. */
const sample: fc.Arbitrary<Sample> = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...samples),
    tie("sample").map(({ type, value }) => ({
      type: t.list(type),
      value: type.kind === "u8" ? fc.uint8Array({ maxLength: 9 }) : fc.array(value, { maxLength: 5 }),
    })),
    tie("sample").map(({ type, value }) => ({
      type: t.option(type),
      value:
        type.kind === "option"
          ? fc.oneof(
              fc.constant({ tag: "none" }),
              value.map((val) => ({ tag: "some", val })),
            )
          : fc.oneof(fc.constant(undefined), value),
    })),
    tie("sample").map(({ type, value }) => ({
      type: t.map(t.string, type),
      value: fc.array(fc.tuple(text, value), { maxLength: 3 }).map((entries) => new Map(entries)),
    })),
    tie("sample").map(({ type, value }) => {
      const node = t.recursive((self) => t.record("node", { part: type, next: t.option(self), more: t.list(self) }));
      const end = fc.record({ part: value, next: fc.constant(undefined), more: fc.constant([]) });
      return {
        type: node,
        value: fc.record({
          part: value,
          next: fc.option(end, { nil: undefined }),
          more: fc.array(end, { maxLength: 2 }),
        }),
      };
    }),
    fc.tuple(tie("sample"), tie("sample")).map(([first, second]) => ({
      type: t.tuple(first.type, second.type),
      value: fc.tuple(first.value, second.value),
    })),
    fc.tuple(tie("sample"), tie("sample")).map(([first, second]) => ({
      type: t.record("pair", { firstOne: first.type, second: second.type }),
      value: fc.record({ firstOne: first.value, second: second.value }),
    })),
    fc.tuple(tie("sample"), tie("sample")).map(([first, second]) => ({
      type: t.result(first.type, second.type),
      value: fc.oneof(
        first.value.map((val) => ({ tag: "ok", val })),
        second.value.map((val) => ({ tag: "err", val })),
      ),
    })),
    fc.tuple(tie("sample"), tie("sample")).map(([first, second]) => ({
      type: t.variant("choice", { nothing: null, "one-of": first.type, other: second.type }),
      value: fc.oneof(
        fc.constant({ tag: "nothing" }),
        first.value.map((val) => ({ tag: "one-of", val })),
        second.value.map((val) => ({ tag: "other", val })),
      ),
    })),
  ),
})).sample;

const typed = sample.chain(({ type, value }) => value.map((item) => ({ type, value: item })));

const json = (content: string) => {
  const writer = new Writer();
  writer.text(content);
  return [...writer.view()];
};
const chain = t.recursive((self) => t.record("chain", { next: t.option(self) }));
const cyclic: unknown[] = [];
cyclic.push(cyclic);
const endless: { next?: unknown } = {};
endless.next = endless;

describe("codec", () => {
  it("returns every value of every type unchanged", () => {
    fc.assert(
      fc.property(typed, ({ type, value }) => {
        expect(decode(type, encode(type, value))).toEqual(value);
      }),
      { numRuns: times(1500) },
    );
  });

  it("reads or rejects every shortened, extended or changed message, and never throws anything else", () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom("cut", "change", "grow"));
    fc.assert(
      fc.property(typed, change, ({ type, value }, [at, byte, how]) => {
        const bytes = encode(type, value);
        const position = at % bytes.length;
        const changed =
          how === "cut"
            ? bytes.slice(0, position)
            : how === "grow"
              ? Uint8Array.of(...bytes, byte)
              : bytes.with(position, byte);
        try {
          const read = decode(type, changed);
          // What can be read is a value of the type: it can be written again.
          encode(type, read);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Unreadable);
        }
        if (how !== "change") expect(() => decode(type, changed)).toThrow(Unreadable);
      }),
      { numRuns: times(1500) },
    );
  });

  it("reads random bytes as a value or rejects them", () => {
    fc.assert(
      fc.property(sample, fc.uint8Array({ maxLength: 60 }), ({ type }, bytes) => {
        try {
          decode(type, bytes);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Unreadable);
        }
      }),
      { numRuns: times(1500) },
    );
  });

  it.each([
    ["a boolean that is neither", t.bool, [2]],
    ["an enum case that is not there", t.enum("digit", words), [10]],
    ["a flag that is not there", t.flags("digits", words), [0, 4]],
    ["an option that is neither", t.option(t.u8), [2, 1]],
    ["a variant case that is not there", t.variant("choice", { nothing: null }), [1]],
    ["a surrogate as char", t.char, [0x80, 0xb0, 0x03]],
    ["a char beyond Unicode", t.char, [0x80, 0x80, 0x44]],
    ["a u16 beyond its range", t.u16, [0x80, 0x80, 0x04]],
    ["a number in a longer form", t.u32, [0x81, 0x00]],
    ["a number of more than 53 bits", t.u32, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ["text that is not UTF-8", t.string, [2, 0xc3, 0x28]],
    ["a long text that is not UTF-8", t.string, [20, ...new Array(19).fill(0x61), 0xff]],
    ["a list longer than the message", t.list(t.string), [0xff, 0xff, 0xff, 0xff, 0x0f]],
    ["a map with a key twice", t.map(t.string, t.u8), [2, 1, 0x61, 1, 1, 0x61, 2]],
    ["a map longer than the message", t.map(t.string, t.u8), [0xff, 0xff, 0xff, 0xff, 0x0f]],
    ["a case beyond an open enum", t.enum("digit", words, { open: true }), [11]],
    ["a number of an open enum that is cut short", t.enum("digit", words, { open: true }), [10]],
    ["a number of an open enum beyond s32", t.enum("digit", words, { open: true }), [10, 0x80, 0x80, 0x80, 0x80, 0x10]],
    ["JSON that is no JSON", t.json, json("{a: 1}")],
    ["JSON with a key twice", t.json, json('{"a": 1, "a": 2}')],
    ["JSON with __proto__ twice", t.json, json('{"__proto__": 1, "__proto__": 2}')],
    ["JSON with half of a surrogate pair", t.json, json('"\\ud800"')],
    ["JSON with a whole number that a double cannot hold", t.json, json("12345678901234567890")],
    ["JSON of 257 levels", t.json, json(`${"[".repeat(257)}${"]".repeat(257)}`)],
    ["JSON of a million levels", t.json, json("[".repeat(1_000_000))],
    ["a recursive value that never ends", chain, new Array(1_000_000).fill(1)],
    ["bytes longer than the message", t.bytes, [0xff, 0xff, 0xff, 0xff, 0x0f, 1]],
  ] as const)("rejects %s", (_, type, bytes) => {
    expect(() => decode(type, Uint8Array.from(bytes))).toThrow(Unreadable);
  });

  it.each([
    [t.bool, 1],
    [t.u8, 256],
    [t.u8, 1.5],
    [t.s8, -129],
    [t.u32, -1],
    [t.s32, 2 ** 31],
    [t.s32, Number.NaN],
    [t.u64, 1],
    [t.u64, 2n ** 64n],
    [t.s64, 2n ** 63n],
    [t.f64, "1"],
    [t.char, "ab"],
    [t.char, ""],
    [t.char, "\ud800"],
    [t.string, 3],
    [t.string, "lone \udc00"],
    [t.bytes, [1, 2]],
    [t.bytes, "12"],
    [t.list(t.u16), new Uint16Array(2)],
    [t.option(t.u8), null],
    [t.option(t.option(t.u8)), undefined],
    [t.result(t.u8, t.u8), { tag: "other", val: 1 }],
    [t.result(t.u8), { tag: "err", val: 1 }],
    [t.tuple(t.u8, t.u8), [1]],
    [t.record("one", { a: t.u8 }), null],
    [t.record("one", { a: t.u8 }), {}],
    [t.variant("choice", { nothing: null }), { tag: "nothing", val: 1 }],
    [t.variant("choice", { nothing: null }), undefined],
    [t.enum("digit", words), "eleven"],
    [t.enum("digit", words), "toString"],
    [t.flags("digits", words), { eleven: true }],
    [t.flags("digits", words), { one: 1 }],
    [t.enum("digit", words, { open: true }), "eleven"],
    [t.enum("digit", words, { open: true }), 2 ** 31],
    [t.enum("digit", words, { open: true }), 1.5],
    [t.map(t.string, t.u8), { a: 1 }],
    [t.map(t.string, t.u8), new Map([["a", 256]])],
    [t.map(t.string, t.u8), new Map([[1, 1]])],
    [t.map(t.string, t.u8), Object.create(Map.prototype)],
    [t.json, undefined],
    [t.json, Number.NaN],
    [t.json, new Date(0)],
    [t.json, { a: undefined }],
    [t.json, "lone \udc00"],
    [t.json, { "\ud800": 1 }],
    [t.json, cyclic],
    [chain, { next: 1 }],
    [chain, endless],
  ] as const)("rejects a value of another type (%#)", (type, value) => {
    expect(() => encode(type as Type, value)).toThrow(Unencodable);
  });

  it("keeps what is easily mistaken in JSON", () => {
    const value = JSON.parse('{"__proto__": {"a": 1}, "constructor": 1, "1": "x", "0": 1e300, "c": "\\\\ud800"}');
    const read = decode(t.json, encode(t.json, value)) as object;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(JSON.stringify(read)).toBe(JSON.stringify(value));
  });

  it("reads a recursive value of 256 levels, and rejects one of 257 on either side", () => {
    const nested = (levels: number) => {
      let value: { next?: unknown } = {};
      for (let level = 0; level < levels; level++) value = { next: value };
      return value;
    };
    expect(decode(chain, encode(chain, nested(256)))).toEqual(nested(256));
    expect(() => encode(chain, nested(257))).toThrow(Unencodable);
    expect(() => encode(chain, nested(1_000_000))).toThrow(Unencodable);
    expect(decode(chain, Uint8Array.from([...new Array(256).fill(1), 0]))).toBeDefined();
    expect(() => decode(chain, Uint8Array.from([...new Array(257).fill(1), 0]))).toThrow(Unreadable);
    const writer = new Writer();
    expect(() => compileEncoder(chain)(writer, nested(300), noReferences)).toThrow(Unencodable);
    // The next message begins at the first level again.
    compileEncoder(chain)(writer, nested(256), noReferences);
  });

  it.each([
    [12, 256],
    [96, 32],
  ])("does not exhaust the stack with %i levels of types, %i times", (levels, most) => {
    const deep = t.recursive((self) => {
      let type: Type = t.list(self);
      for (let level = 1; level < levels - 1; level++) type = level % 2 === 0 ? t.tuple(type) : t.result(type, t.u8);
      return t.record("deep", { inner: type });
    });
    contract("demo:deep", { exports: { f: t.func([["value", deep]]) } });
    const wrap = (list: readonly unknown[]) => {
      let value: unknown = list;
      for (let level = 1; level < levels - 1; level++) value = level % 2 === 0 ? [value] : { tag: "ok", val: value };
      return { inner: value };
    };
    let value = wrap([]);
    for (let level = 0; level < most; level++) value = wrap([value]);
    const bytes = encode(deep, value);
    expect(encode(deep, decode(deep, bytes))).toEqual(bytes);
    expect(() => encode(deep, wrap([value]))).toThrow(Unencodable);
  });

  it("rejects JSON that is too large before it becomes text", () => {
    const writer = new Writer();
    writer.ceiling = 1000;
    const value = Array.from({ length: 1000 }, () => "x");
    expect(() => compileEncoder(t.json)(writer, value, noReferences)).toThrow(TooLarge);
    expect(writer.length).toBe(0);
  });

  it("treats missing flags as false and returns all of them", () => {
    const type = t.flags("rights", ["read", "write"]);
    expect(decode(type, encode(type, { write: true }))).toEqual({ read: false, write: true });
  });

  it("writes NaN in its canonical form, keeps the sign of zero in floats and drops it in integers", () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0];
    expect(Buffer.from(encode(t.f64, odd)).toString("hex")).toBe("000000000000f87f");
    expect(decode(t.f64, encode(t.f64, -0))).toBe(-0);
    expect(decode(t.s32, encode(t.s32, -0))).toBe(0);
  });

  it("rejects a value that is too large before it allocates memory for it", () => {
    const writer = new Writer();
    writer.ceiling = 1000;
    expect(() => compileEncoder(t.string)(writer, "x".repeat(100_000_000), noReferences)).toThrow(TooLarge);
    expect(() => compileEncoder(t.bytes)(writer, new Uint8Array(100_000_000), noReferences)).toThrow(TooLarge);
    expect(writer.bytes.length).toBeLessThan(10_000);
    expect(() => encode(t.list(t.u8), new Uint8Array(1001), 1000)).toThrow(TooLarge);
  });

  it("copies bytes, so that neither side sees the other's later changes", () => {
    const frame = encode(t.bytes, Uint8Array.of(1, 2, 3));
    const read = decode(t.bytes, frame) as Uint8Array;
    frame.fill(9);
    expect(read).toEqual(Uint8Array.of(1, 2, 3));
  });
});
