import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Type } from "../../../../contract/core.js";
import { t } from "../../../../contract/index.js";
import { JsonPath, JsonTypeMismatch } from "./json-path.js";
import { parseJson } from "./numbers.js";
import { jsonReader } from "./reader.js";
import { jsonWriter } from "./writer.js";

const write = (type: Type, value: unknown) => jsonWriter(type)(value);
const read = (type: Type, text: string) => jsonReader(type)(parseJson(text), new JsonPath());

const shape = t.variant("shape", { circle: t.f64, point: null, path: t.list(t.tuple(t.s8, t.u16)) });
const color = t.enum("color", ["red", "dark-blue"]);
const rights = t.flags("rights", ["read", "writeAll"]);
const everything = t.record("everything", {
  yes: t.bool,
  letter: t.char,
  name: t.string,
  bigId: t.u64,
  signed: t.s64,
  bytes: t.bytes,
  maybe: t.option(t.string),
  twice: t.option(t.option(t.u8)),
  either: t.result(t.u32, t.string),
  shape,
  color,
  rights,
});

const arbitrary = fc.record({
  yes: fc.boolean(),
  letter: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  name: fc.string({ unit: "binary" }),
  bigId: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  signed: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  bytes: fc.uint8Array(),
  maybe: fc.option(fc.string(), { nil: undefined }),
  twice: fc.oneof(
    fc.constant({ tag: "none" }),
    fc.record({ tag: fc.constant("some"), val: fc.option(fc.nat(255), { nil: undefined }) }),
  ),
  either: fc.oneof(
    fc.record({ tag: fc.constant("ok"), val: fc.nat() }),
    fc.record({ tag: fc.constant("err"), val: fc.string() }),
  ),
  shape: fc.oneof(
    fc.record({ tag: fc.constant("circle"), val: fc.double({ noDefaultInfinity: true }).map((value) => value + 0) }),
    fc.constant({ tag: "point" }),
    fc.record({
      tag: fc.constant("path"),
      val: fc.array(fc.tuple(fc.integer({ min: -128, max: 127 }), fc.nat(65535))),
    }),
  ),
  color: fc.constantFrom("red", "dark-blue"),
  rights: fc.record({ read: fc.boolean(), writeAll: fc.boolean() }),
});

describe("values as JSON", () => {
  test("are unchanged after writing and reading, with all digits of whole numbers", () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const text = write(everything, value);
        JSON.parse(text);
        expect(read(everything, text)).toEqual(value);
      }),
    );
  });

  test("are written in the form that other programs expect", () => {
    const person = t.record("person", { firstName: t.string, id: t.u64, photo: t.option(t.bytes), rights });
    const value = {
      firstName: 'A "da"',
      id: 18446744073709551615n,
      photo: Uint8Array.of(1, 2),
      rights: { read: true },
    };
    expect(write(person, value)).toBe(
      '{"firstName":"A \\"da\\"","id":18446744073709551615,"photo":"AQI=","rights":{"read":true,"writeAll":false}}',
    );
  });

  test("are read in the spellings of other languages", () => {
    const person = t.record("person", { firstName: t.string, photo: t.option(t.bytes), color, rights });
    expect(
      read(
        person,
        '{"first_name": "Ada", "photo": [1, 255], "color": "dark_blue", "rights": ["write_all"], "more": 1}',
      ),
    ).toEqual({ firstName: "Ada", photo: Uint8Array.of(1, 255), color: "dark-blue", rights: { writeAll: true } });
  });

  test("keep all digits of numbers, and do not change strings", () => {
    expect(
      parseJson('["12345678901234567890 \\" 12345678901234567890", -12345678901234567, 1234567890123456.5]'),
    ).toEqual(['12345678901234567890 " 12345678901234567890', "-12345678901234567", 1234567890123456.5]);
    expect(read(t.f64, "12345678901234567890")).toBe(1.2345678901234567e19);
    expect(read(t.f64, "1e-16")).toBe(1e-16);
  });

  test.each<[Type, string, string]>([
    [t.u8, "256", "expected a whole number from 0 to 255, found 256"],
    [t.u64, "18446744073709551616", "expected a whole number"],
    [t.s32, "1.5", "expected a whole number"],
    [t.bool, "1", "expected true or false, found 1"],
    [t.string, "null", "expected a string, found null"],
    [t.char, '"ab"', "expected one character"],
    [t.bytes, "[256]", "expected bytes as Base64"],
    [t.list(t.string), '["a", 1]', "[1]: expected a string, found 1"],
    [t.record("r", { itemName: t.string }), "{}", "itemName: expected a string, found nothing"],
    [shape, '{"tag": "square"}', "tag: expected circle or point or path"],
    [color, '"green"', "expected red or dark-blue"],
    [rights, '{"execute": true}', "expected read, write-all"],
    [t.tuple(t.u8, t.u8), "[1]", "expected a list of 2 items"],
  ])("are rejected if they are not of type %j", (type, text, message) => {
    expect(() => read(type, text)).toThrowError(JsonTypeMismatch);
    expect(() => read(type, text)).toThrowError(message);
  });

  test("cannot be streams or futures", () => {
    expect(() => jsonWriter(t.stream(t.u8))).toThrowError(
      expect.objectContaining({ code: "TENON_CONTRACT_UNSUPPORTED" }),
    );
    expect(() => jsonReader(t.list(t.future()))).toThrowError(
      expect.objectContaining({ code: "TENON_CONTRACT_UNSUPPORTED" }),
    );
  });
});

describe("maps, JSON values and open enums", () => {
  const mode = t.enum("mode", ["on", "off"], { open: true });
  const data = t.record("data", { counts: t.map(t.u32, t.string), names: t.map(t.string, mode), any: t.json });

  test("are objects, values and numbers, and come back equal", () => {
    const value = {
      counts: new Map([
        [7, "a"],
        [4_000_000_000, "b"],
      ]),
      names: new Map<string, unknown>([
        ["__proto__", "on"],
        ["x", 12],
      ]),
      any: [null, { a: -1.5 }],
    };
    const text = write(data, value);
    expect(text).toBe(
      '{"counts":{"7":"a","4000000000":"b"},"names":{"__proto__":"on","x":12},"any":[null,{"a":-1.5}]}',
    );
    expect(read(data, text)).toEqual(value);
    for (const keys of [t.bool, t.s64, t.char])
      expect(write(t.map(keys, t.bool), read(t.map(keys, t.bool), write(t.map(keys, t.bool), new Map())))).toBe("{}");
    expect(read(t.map(t.bool, t.u8), '{"true":1}')).toEqual(new Map([[true, 1]]));
    expect(read(t.map(t.s64, t.u8), '{"-9223372036854775808":1}')).toEqual(new Map([[-(2n ** 63n), 1]]));
  });

  test.each([
    [t.map(t.u8, t.bool), '{"256":true}'],
    [t.map(t.u8, t.bool), '{"1":true,"01":true}'],
    [t.map(t.bool, t.bool), '{"yes":true}'],
    [t.map(t.string, t.bool), "[]"],
    [mode, "2147483648"],
    [mode, '"blue"'],
  ] as const)("what does not fit is refused: %#", (type, text) => {
    expect(() => read(type, text)).toThrow(JsonTypeMismatch);
  });
});
