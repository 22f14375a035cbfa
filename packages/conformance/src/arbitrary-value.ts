import fc from "fast-check";
import type { PrimitiveKind, Type } from "../../tenon/src/contract/model/model.js";
import { camel } from "../../tenon/src/contract/model/names.js";

const scalars: Record<PrimitiveKind, fc.Arbitrary<unknown>> = {
  bool: fc.boolean(),
  s8: fc.integer({ min: -128, max: 127 }),
  u8: fc.integer({ min: 0, max: 255 }),
  s16: fc.integer({ min: -32_768, max: 32_767 }),
  u16: fc.integer({ min: 0, max: 65_535 }),
  s32: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
  u32: fc.integer({ min: 0, max: 4_294_967_295 }),
  s64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  f32: fc.float(),
  f64: fc.double(),
  char: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 1 }),
  string: fc.string(),
};

/** JavaScript values of a type without handles, streams and futures. */
export function arbitraryValue(type: Type): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "list":
      if (type.element.kind === "u8") return fc.uint8Array({ maxLength: 4 });
      return fc.array(arbitraryValue(type.element), { maxLength: 3 });
    case "option": {
      const some = arbitraryValue(type.some);
      if (type.some.kind !== "option") return fc.option(some, { nil: undefined });
      return fc.oneof(
        fc.constant({ tag: "none" }),
        some.map((val) => ({ tag: "some", val })),
      );
    }
    case "result":
      return fc.oneof(tagged("ok", type.ok), tagged("err", type.err));
    case "tuple":
      return fc.tuple(...type.items.map(arbitraryValue));
    case "record":
      return fc.record(Object.fromEntries(type.fields.map((field) => [camel(field.name), arbitraryValue(field.type)])));
    case "variant":
      return fc.oneof(...type.cases.map((item) => tagged(item.name, item.type)));
    case "enum":
      return fc.constantFrom(...type.cases.map(({ name }) => name));
    case "flags":
      return fc.record(Object.fromEntries(type.flags.map(({ name }) => [camel(name), fc.boolean()])), {
        requiredKeys: [],
      });
    case "own":
    case "borrow":
    case "stream":
    case "future":
      throw new Error(`arbitraryValue: cannot make a value of type ${type.kind}`);
    default:
      return scalars[type.kind];
  }
}

function tagged(tag: string, type: Type | undefined): fc.Arbitrary<unknown> {
  return type === undefined ? fc.constant({ tag }) : arbitraryValue(type).map((val) => ({ tag, val }));
}
