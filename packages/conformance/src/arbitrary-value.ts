import fc from "fast-check";
import type { Case, PrimitiveKind, Type } from "../../tenon/src/contract/model/model.js";
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

/** JSON values with keys that are easily mistaken. Its numbers have no negative zero, which JSON text does not keep. */
export const arbitraryJson: fc.Arbitrary<unknown> = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, 1.5e300, 2 ** 53, 123456789012345680000, "", "__proto__"),
    fc.string({ unit: "binary" }).filter((text) => (text as string & { isWellFormed(): boolean }).isWellFormed()),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.array(tie("json"), { maxLength: 3 }),
    fc
      .array(
        fc.tuple(
          fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom("__proto__", "constructor", "toJSON", "then")),
          tie("json"),
        ),
        {
          maxLength: 3,
        },
      )
      .map((entries) => Object.fromEntries(entries)),
  ),
})).json;

/**
 * JavaScript values of a type without handles, streams and futures.
 *
 * @param levels how often a value may contain itself. Below that, empty lists and the like end it.
 */
export function arbitraryValue(type: Type, levels = 2): fc.Arbitrary<unknown> {
  if (levels < 0) return fc.constant(shortestValue(type));
  const inner = (next: Type) => arbitraryValue(next, levels);
  const tagged = (tag: string, next: Type | undefined): fc.Arbitrary<unknown> =>
    next === undefined ? fc.constant({ tag }) : inner(next).map((val) => ({ tag, val }));
  switch (type.kind) {
    case "map":
      return fc
        .array(fc.tuple(inner(type.key), inner(type.value)), { maxLength: 3 })
        .map((entries) => new Map(entries));
    case "json":
      return arbitraryJson;
    case "recursive":
      return fc.constant(undefined).chain(() => arbitraryValue(type.target, levels - 1));
    case "list":
      if (type.element.kind === "u8") return fc.uint8Array({ maxLength: 4 });
      return fc.array(inner(type.element), { maxLength: 3 });
    case "option": {
      const some = inner(type.some);
      if (type.some.kind !== "option") return fc.option(some, { nil: undefined });
      return fc.oneof(
        fc.constant({ tag: "none" }),
        some.map((val) => ({ tag: "some", val })),
      );
    }
    case "result":
      return fc.oneof(tagged("ok", type.ok), tagged("err", type.err));
    case "tuple":
      return fc.tuple(...type.items.map(inner));
    case "record":
      return fc.record(Object.fromEntries(type.fields.map((field) => [camel(field.name), inner(field.type)])));
    case "variant":
      return fc.oneof(...type.cases.map((item) => tagged(item.name, item.type)));
    case "enum":
      return fc.oneof(
        fc.constantFrom(...type.cases.map(({ name }) => name)),
        ...(type.open ? [fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })] : []),
      );
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

/** A value of the type that contains itself as rarely as possible. */
export function shortestValue(type: Type): unknown {
  const found = shortest(type, new Set());
  if (found === undefined) throw new Error(`shortestValue: the type ${type.kind} has no finite value`);
  return found.value;
}

interface Found {
  readonly value: unknown;
}

function shortest(type: Type, open: ReadonlySet<Type>): Found | undefined {
  switch (type.kind) {
    case "list":
      return { value: type.element.kind === "u8" ? new Uint8Array() : [] };
    case "map":
      return { value: new Map() };
    case "json":
      return { value: null };
    case "option":
      return { value: type.some.kind === "option" ? { tag: "none" } : undefined };
    case "recursive":
      return open.has(type.target) ? undefined : shortest(type.target, open);
    case "tuple": {
      const items = type.items.map((item) => shortest(item, open));
      return items.every((item) => item !== undefined) ? { value: items.map(({ value }) => value) } : undefined;
    }
    case "record": {
      if (open.has(type)) return undefined;
      const inside = new Set([...open, type]);
      const fields = type.fields.map((field) => ({ key: camel(field.name), found: shortest(field.type, inside) }));
      if (fields.some(({ found }) => found === undefined)) return undefined;
      return { value: Object.fromEntries(fields.map(({ key, found }) => [key, found!.value])) };
    }
    case "result":
    case "variant": {
      if (open.has(type)) return undefined;
      const inside = new Set([...open, type]);
      const cases: readonly Case[] =
        type.kind === "variant"
          ? type.cases
          : [
              { name: "ok", type: type.ok },
              { name: "err", type: type.err },
            ];
      for (const { name: tag, type: payload } of cases) {
        if (payload === undefined) return { value: { tag } };
        const found = shortest(payload, inside);
        if (found !== undefined) return { value: { tag, val: found.value } };
      }
      return undefined;
    }
    case "enum":
      return { value: type.cases[0]!.name };
    case "flags":
      return { value: {} };
    case "bool":
      return { value: false };
    case "char":
      return { value: "a" };
    case "string":
      return { value: "" };
    case "s64":
    case "u64":
      return { value: 0n };
    case "own":
    case "borrow":
    case "stream":
    case "future":
      throw new Error(`shortestValue: cannot make a value of type ${type.kind}`);
    default:
      return { value: 0 };
  }
}
