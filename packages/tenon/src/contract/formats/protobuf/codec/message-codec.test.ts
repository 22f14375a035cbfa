import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kitchenSinkProto2, kitchenSinkProto3 } from "../../../../../../conformance/src/protobuf/kitchen-sink.js";
import { Random, randomValue } from "../../../../../../conformance/src/protobuf/random-values.js";
import { isTenonError } from "../../../../errors/index.js";
import { compileGuard } from "../../../validate/index.js";
import { contractFromProto, type MessageCodec, type MessageLimits } from "../index.js";

const text = `syntax = "proto2";
import "google/protobuf/struct.proto";
enum Closed { ONE = 1; TWO = 2; }
message M {
  optional int32 number = 1;
  optional M inner = 2;
  repeated int32 list = 3 [packed = true];
  repeated Closed closed = 4 [packed = true];
  map<string, Closed> map = 5;
  oneof choice { M message = 6; string text = 7; }
  optional group Pair = 8 { optional int32 left = 1; }
  map<string, M> messages = 9;
  optional google.protobuf.Value value = 10;
  optional google.protobuf.Struct struct = 11;
  optional bool flag = 12;
  optional Closed one = 13;
  repeated int32 plain = 14;
}
message Required { required int32 id = 1; repeated Required more = 2; }
`;

async function codecs(limits: MessageLimits = {}): Promise<(name: string) => MessageCodec> {
  return (await contractFromProto(text, { limits })).message;
}

/** Bytes from their hexadecimal form. */
const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));

describe("a message is decoded", async () => {
  const { decode, encode } = (await codecs())("M");

  it.each<[string, string, object]>([
    ["the last of several values wins", "08 01 08 02", { number: 2 }],
    ["a negative number has ten bytes", "08 ff ff ff ff ff ff ff ff ff 01", { number: -1 }],
    ["a number of more than 32 bits loses its upper half", "08 ff ff ff ff 1f", { number: -1 }],
    ["any number but 0 is true", "60 80 80 80 80 80 80 80 80 80 01", { flag: true }],
    ["several messages in one field are merged", "12 02 08 01 12 03 1a 01 05", { inner: { number: 1, list: [5] } }],
    ["packed and unpacked items go into one list", "18 01 1a 02 02 03 18 04", { list: [1, 2, 3, 4] }],
    ["packed items are read where none are expected", "72 02 01 02 70 03", { plain: [1, 2, 3] }],
    ["the last field of a oneof wins", "3a 01 61 32 02 08 01", { choice: { tag: "message", val: { number: 1 } } }],
    [
      "the same message of a oneof is merged",
      "32 02 08 01 32 02 18 02",
      { choice: { tag: "message", val: { number: 1, list: [2] } } },
    ],
    ["an entry of a map without a value has the default one", "4a 03 0a 01 61", { messages: new Map([["a", {}]]) }],
    ["the last entry of a key wins", "2a 05 0a 01 61 10 01 2a 05 0a 01 61 10 02", { map: new Map([["a", "two"]]) }],
    ["a group is a message", "43 08 05 44", { pair: { left: 5 } }],
    ["a number that is no value of a closed enum is an unknown field", "68 07", { unknownFields: hex("68 07") }],
    ["so is each one in a packed list", "22 03 01 07 02", { closed: ["one", "two"], unknownFields: hex("20 07") }],
    ["so is the entry of a map with it", "2a 05 0a 01 61 10 07", { unknownFields: hex("2a 05 0a 01 61 10 07") }],
    [
      "a field that is written in another way is an unknown field",
      "0d 01 00 00 00",
      { unknownFields: hex("0d 01 00 00 00") },
    ],
    [
      "unknown fields are kept in their order",
      "a0 06 01 08 01 a3 06 08 01 a4 06",
      { number: 1, unknownFields: hex("a0 06 01 a3 06 08 01 a4 06") },
    ],
    ["a Value is any JSON value", "52 0b 2a 09 0a 07 0a 01 61 12 02 08 00", { value: { a: null } }],
    [
      "__proto__ is a key of a Struct",
      "5a 13 0a 11 0a 09 5f 5f 70 72 6f 74 6f 5f 5f 12 04 1a 02 68 69",
      { struct: JSON.parse('{"__proto__":"hi"}') },
    ],
  ])("%s", (_, bytes, expected) => {
    const value = decode(hex(bytes));
    expect(value).toMatchObject(expected);
    expect(decode(encode(value))).toEqual(value);
  });

  it.each<[string, string, string]>([
    ["a message that is cut short", "08", "byte 1: the message is cut short"],
    ["a length beyond the end", "12 05 08", "byte 2: a length is larger than the 1 bytes that are left"],
    ["a number of eleven bytes", "08 ff ff ff ff ff ff ff ff ff 81 01", "a number has more than ten bytes"],
    ["a number of 65 bits", "08 ff ff ff ff ff ff ff ff ff 02", "a number has more than 64 bits"],
    ["the field 0", "00", "a field has the number 0"],
    ["a wire type that does not exist", "0e", "there is no wire type 6"],
    ["the end of a group that did not begin", "44", "a group ends that did not begin"],
    ["a group that ends as another one", "43 4c", "a group ends that did not begin"],
    ["a group without an end", "43 08 05", "the message is cut short"],
    ["text that is not UTF-8", "3a 02 c3 28", "text is not UTF-8"],
    ["a Value without a value", "52 00", "a Value has no value"],
    ["a Value that is not a number", "52 09 11 00 00 00 00 00 00 f8 7f", "NaN, which JSON cannot say"],
    ["a field number beyond 29 bits", "88 80 80 80 20", "a field's number is out of range"],
  ])("%s is refused with a code", (_, bytes, message) => {
    expect(() => decode(hex(bytes))).toThrow(
      expect.objectContaining({ code: "TENON_MESSAGE_INVALID", message: expect.stringContaining(message) }),
    );
  });
});

describe("a message is encoded", async () => {
  const message = await codecs();
  const { encode, decode } = message("M");
  const empty = decode(new Uint8Array());

  it("with fields by number and maps by key, however they were made", () => {
    const one = {
      ...empty,
      map: new Map([
        ["b", "one"],
        ["\ue000", "one"],
        ["😀", "two"],
        ["a", "two"],
      ]),
      number: 1,
    };
    const other = {
      number: 1,
      ...empty,
      map: new Map([
        ["😀", "two"],
        ["a", "two"],
        ["\ue000", "one"],
        ["b", "one"],
      ]),
    };
    other.number = 1;
    expect(encode(one)).toEqual(encode(other));
    expect([...decode(encode(one)).map.keys()]).toEqual(["a", "b", "\ue000", "😀"]);
  });

  it.each<[string, object, string]>([
    ["a value of another type", { number: "1" }, "TENON_VALUE_TYPE"],
    ["text with half of a surrogate pair", { choice: { tag: "text", val: "a\ud800" } }, "TENON_MESSAGE_INVALID"],
    ["unknown fields that are none", { unknownFields: hex("12 05") }, "TENON_MESSAGE_INVALID"],
    ["a Struct that is not an object", { struct: [1] }, "TENON_MESSAGE_INVALID"],
  ])("%s is refused with a code", (_, value, code) => {
    expect(() => encode({ ...empty, ...value })).toThrow(expect.objectContaining({ code }));
  });

  it("while another one is encoded by a getter of its value", () => {
    const value = {
      ...empty,
      get inner() {
        return { ...empty, number: encode({ ...empty, number: 300 }).length };
      },
      number: 7,
    };
    expect(decode(encode(value))).toMatchObject({ number: 7, inner: { number: 3 } });
  });

  it("only with its required fields, at every depth", () => {
    const required = message("Required");
    expect(required.decode(hex("08 01 12 02 08 02")).more[0].id).toBe(2);
    for (const [bytes, path] of [
      ["", "id"],
      ["08 01 12 00", "more.id"],
    ] as const) {
      expect(() => required.decode(hex(bytes))).toThrow(`the required field ${path} is missing`);
    }
  });

  it("without default values where they are the same as none, and −0 is another value than 0", async () => {
    const { message: of } = await contractFromProto(
      'syntax = "proto3"; message D { double d = 1; float f = 2; int64 l = 3; string s = 4; E e = 5; } enum E { A = 0; B = 1; }',
    );
    const codec = of("D");
    expect(codec.encode({ d: 0, f: 0, l: 0n, s: "", e: "a" })).toHaveLength(0);
    expect(codec.decode(codec.encode({ d: -0, f: -0, l: -1n, s: "", e: 7 }))).toEqual({
      d: -0,
      f: -0,
      l: -1n,
      s: "",
      e: 7,
    });
    expect(codec.decode(codec.encode({ d: Number.NaN, f: Number.NaN, l: 0n, s: "", e: "b" })).d).toBeNaN();
  });
});

describe("limits", () => {
  it.each<[string, MessageLimits, string]>([
    ["bytes", { bytes: 3 }, "08 01 08 02"],
    ["depth", { depth: 2 }, "12 04 12 02 08 01"],
    ["depth, of unknown groups", { depth: 2 }, "a3 06 a3 06 a4 06 a4 06"],
    ["values", { values: 20 }, "1a 08 01 02 03 04 05 06 07 08"],
  ])("%s: a message beyond them is refused with a code", async (_, limits, bytes) => {
    const { decode } = (await codecs(limits))("M");
    expect(() => decode(hex(bytes))).toThrow(expect.objectContaining({ code: "TENON_MESSAGE_TOO_LARGE" }));
  });

  it("hold for what is written, too", async () => {
    const { encode, decode } = (await codecs({ bytes: 10, depth: 3 }))("M");
    const empty = decode(new Uint8Array());
    const nested = (levels: number): object => ({ ...empty, ...(levels === 0 ? {} : { inner: nested(levels - 1) }) });
    for (const value of [nested(3), { ...empty, list: [1, 2, 3, 4, 5, 6, 7, 8, 9] }])
      expect(() => encode(value)).toThrow(expect.objectContaining({ code: "TENON_MESSAGE_TOO_LARGE" }));
  });

  it("keep a small message from becoming a large value", async () => {
    const { decode } = (await codecs())("M");
    // 30 million items in 30 MB would take up 240 MB.
    const bomb = Buffer.concat([hex("1a 80 87 a7 0e"), Buffer.alloc(30_000_000, 1)]);
    expect(() => decode(bomb)).toThrow(expect.objectContaining({ code: "TENON_MESSAGE_TOO_LARGE" }));
  });
});

describe("damaged messages", async () => {
  const targets = await Promise.all(
    (
      [
        [kitchenSinkProto3, "sink.three.Sink"],
        [kitchenSinkProto2, "sink.two.Sink"],
        [text, "M"],
      ] as const
    ).map(async ([source, name]) => (await contractFromProto(source)).message(name)),
  );
  const check = (codec: MessageCodec, bytes: Uint8Array): void => {
    let value: unknown;
    try {
      value = codec.decode(bytes);
    } catch (thrown) {
      expect(isTenonError(thrown, "TENON_MESSAGE_INVALID") || isTenonError(thrown, "TENON_MESSAGE_TOO_LARGE")).toBe(
        true,
      );
      return;
    }
    expect(compileGuard(codec.type)(value)).toBe(true);
    const again = codec.encode(value);
    expect(codec.encode(codec.decode(again))).toEqual(again);
  };

  it("are read as a value that can be written, or refused with a code", () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom("cut", "change", "insert"));
    fc.assert(
      fc.property(fc.constantFrom(...targets), fc.nat(), fc.array(change, { maxLength: 4 }), (codec, seed, changes) => {
        let bytes = codec.encode(randomValue(codec.type, new Random(seed), 5));
        for (const [at, byte, how] of changes) {
          const position = bytes.length === 0 ? 0 : at % bytes.length;
          if (how === "cut") bytes = bytes.slice(0, position);
          else if (how === "change" && bytes.length > 0) bytes = bytes.with(position, byte);
          else bytes = Uint8Array.of(...bytes.subarray(0, position), byte, ...bytes.subarray(position));
        }
        check(codec, bytes);
      }),
      { numRuns: times(600) },
    );
  });

  it("and random bytes, too", () => {
    fc.assert(fc.property(fc.constantFrom(...targets), fc.uint8Array({ maxLength: 40 }), check), {
      numRuns: times(3000),
    });
  });
});
