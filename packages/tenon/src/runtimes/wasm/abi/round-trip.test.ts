import { deepStrictEqual } from "node:assert";
import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryValue } from "../../../../../conformance/src/arbitrary-value.js";
import { camel, explain, type Type, t } from "../../../contract/index.js";
import { type Encoding, functionOf, throughGuest } from "./testing/guest-heap.mjs";

const encodings: readonly Encoding[] = ["utf8", "utf16", "latin1+utf16"];

const scalars = [t.bool, t.s8, t.u8, t.s16, t.u16, t.s32, t.u32, t.s64, t.u64, t.f32, t.f64, t.char, t.string] as const;
const arbitraryKey = fc.constantFrom(t.bool, t.s8, t.u16, t.s32, t.u64, t.char, t.string);
const label = (index: number) => `l${index}`;

/** Types without handles. Some have more cases or fields than a byte, a word or the flat form can hold. */
const { type: arbitraryType } = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    { weight: 5, arbitrary: fc.constantFrom<Type>(...scalars) },
    { weight: 1, arbitrary: tie("type").map((element) => t.list(element)) },
    { weight: 1, arbitrary: fc.tuple(arbitraryKey, tie("type")).map(([key, value]) => t.map(key, value)) },
    { weight: 1, arbitrary: fc.constant(t.json) },
    { weight: 1, arbitrary: tie("type").map((some) => t.option(some)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.option(tie("type"), { nil: undefined }), fc.option(tie("type"), { nil: undefined }))
        .map(([ok, err]) => t.result(ok, err)),
    },
    { weight: 1, arbitrary: fc.array(tie("type"), { maxLength: 5 }).map((items) => t.tuple(...items)) },
    {
      weight: 1,
      arbitrary: fc.array(tie("type"), { minLength: 1, maxLength: 5 }).map(
        (types): Type => ({
          kind: "record",
          name: "record",
          fields: types.map((type, index) => ({ name: label(index), type })),
        }),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.array(fc.option(tie("type"), { nil: undefined }), { minLength: 1, maxLength: 5 }).map(
        (types): Type => ({
          kind: "variant",
          name: "variant",
          cases: types.map((type, index) => ({ name: label(index), type })),
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(1, 2, 255, 256, 257), fc.boolean())
        .map(([count, open]): Type => ({ kind: "enum", name: "enum", cases: names(count), ...(open ? { open } : {}) })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(1, 8, 9, 16, 17, 32, 33, 70)
        .map((count): Type => ({ kind: "flags", name: "flags", flags: names(count) })),
    },
  ),
}));

function names(count: number): { name: string }[] {
  return Array.from({ length: count }, (_, index) => ({ name: label(index) }));
}

describe("a value that is passed into an instance and back", () => {
  test.each(encodings)("is unchanged, for any type: %s", (encoding) => {
    fc.assert(
      fc.property(
        fc
          .array(arbitraryType, { minLength: 1, maxLength: 4 })
          .chain((types) => fc.tuple(fc.constant(types), fc.tuple(...types.map(arbitraryValue)))),
        ([types, values]) => {
          // A function returns the ok case of a result. To return the result itself, it is inside a tuple.
          const type = functionOf(types, t.tuple(...types));
          let given: unknown[] = [];
          const echo = throughGuest(
            type,
            (...parameters) => {
              given = parameters;
              return parameters;
            },
            { encoding },
          );
          const answer = echo(...values) as unknown[];
          for (const [index, item] of types.entries()) {
            const expected = settled(item, values[index]);
            expect(explain(item, given[index])).toBeUndefined();
            deepStrictEqual(given[index], expected);
            deepStrictEqual(answer[index], expected);
          }
        },
      ),
      { numRuns: times(250) },
    );
  });

  test.each(encodings)("is unchanged for any text, except for lone surrogates: %s", (encoding) => {
    const echo = throughGuest(functionOf([t.string], t.string), (value) => value, { encoding });
    const units = fc.array(fc.oneof(fc.nat(0x7f), fc.nat(0xff), fc.nat(0xffff), fc.constantFrom(0xd83c, 0xdf89)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          units.map((codes) => String.fromCharCode(...codes)),
        ),
        (text) => {
          expect(echo(text)).toBe(
            new TextDecoder("utf-16le", { ignoreBOM: true }).decode(Buffer.from(text, "utf16le")),
          );
        },
      ),
      { numRuns: times(1000) },
    );
  });

  test("is unchanged for text of lengths around the limits of the fast paths", () => {
    const echo = throughGuest(functionOf([t.string], t.string), (value) => value);
    for (let length = 0; length < 80; length++) {
      for (const last of ["", "z", "é", "世", "🎉", "\uFFFD", "\uFEFF"]) {
        const text = "a".repeat(length) + last;
        expect(echo(text)).toBe(text);
        expect(echo(last + text)).toBe(last + text);
      }
    }
  });

  test("is unchanged as the only parameter and as the result itself", () => {
    fc.assert(
      fc.property(
        arbitraryType
          .filter((type) => type.kind !== "result")
          .chain((type) => fc.tuple(fc.constant(type), arbitraryValue(type))),
        ([type, value]) => {
          deepStrictEqual(throughGuest(functionOf([type], type), (given) => given)(value), settled(type, value));
        },
      ),
      { numRuns: times(300) },
    );
  });
});

/** The value that a guest returns: with all flags, and numbers in the precision of their type. */
function settled(type: Type, value: any): unknown {
  switch (type.kind) {
    case "list":
      return type.element.kind === "u8"
        ? new Uint8Array(value)
        : value.map((item: unknown) => settled(type.element, item));
    case "map":
      return new Map([...value].map(([key, item]) => [key, settled(type.value, item)]));
    case "option":
      if (type.some.kind !== "option") return value === undefined ? undefined : settled(type.some, value);
      return value.tag === "none" ? { tag: "none" } : { tag: "some", val: settled(type.some, value.val) };
    case "tuple":
      return type.items.map((item, index) => settled(item, value[index]));
    case "record":
      return Object.fromEntries(type.fields.map(({ name, type }) => [camel(name), settled(type, value[camel(name)])]));
    case "result":
      return tagged(value, value.tag === "ok" ? type.ok : type.err);
    case "variant":
      return tagged(value, type.cases.find(({ name }) => name === value.tag)?.type);
    case "flags":
      return Object.fromEntries(type.flags.map(({ name }) => [camel(name), value[camel(name)] === true]));
    default:
      return value;
  }
}

function tagged({ tag, val }: { tag: string; val?: unknown }, type: Type | undefined): unknown {
  return type === undefined ? { tag } : { tag, val: settled(type, val) };
}
