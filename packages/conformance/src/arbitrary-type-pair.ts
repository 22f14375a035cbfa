import fc from "fast-check";
import type { PrimitiveKind, Type } from "../../tenon/src/contract/model/model.js";

/** Two versions of one type: what the sender has and what the receiver has. */
export interface TypePair {
  readonly from: Type;
  readonly to: Type;
}

type Presence = "both" | "from" | "to";

const numbers: readonly PrimitiveKind[] = ["s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64"];
const primitive = (kind: PrimitiveKind): Type => ({ kind });
const same = fc
  .constantFrom<PrimitiveKind>(...numbers, "bool", "char", "string")
  .map((kind) => ({ from: primitive(kind), to: primitive(kind) }));
const widened = fc
  .tuple(fc.integer({ min: 0, max: numbers.length - 1 }), fc.integer({ min: 0, max: 4 }))
  .map(([index, step]) => ({
    from: primitive(numbers[index]!),
    to: primitive(numbers[Math.min(index + step, numbers.length - 1)]!),
  }));
const narrowed = fc.constant({ from: primitive("string"), to: primitive("char") });
const leaf: fc.Arbitrary<TypePair> = fc.oneof(
  { weight: 8, arbitrary: same },
  { weight: 6, arbitrary: widened },
  { weight: 1, arbitrary: narrowed },
);

const presence = (mostly: Presence) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Presence>("both") },
    { weight: 2, arbitrary: fc.constant(mostly) },
    { weight: 1, arbitrary: fc.constantFrom<Presence>("from", "to") },
  );

/** Pairs that mostly fit or adapt, and sometimes break: without handles, streams and futures. */
export function arbitraryTypePair(depth = 3): fc.Arbitrary<TypePair> {
  if (depth === 0) return leaf;
  const inner = arbitraryTypePair(depth - 1);
  const payload = fc.option(inner, { nil: undefined });
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: inner.map(
        ({ from, to }) => ({ from: { kind: "list", element: from }, to: { kind: "list", element: to } }) as const,
      ),
    },
    {
      weight: 2,
      arbitrary: inner.map(
        ({ from, to }) => ({ from: { kind: "option", some: from }, to: { kind: "option", some: to } }) as const,
      ),
    },
    { weight: 1, arbitrary: inner.map(({ from, to }) => ({ from, to: { kind: "option", some: to } }) as const) },
    { weight: 2, arbitrary: fc.array(inner, { minLength: 1, maxLength: 3 }).map((items) => tuples(items)) },
    {
      weight: 1,
      arbitrary: fc.tuple(payload, payload).map(
        ([ok, err]) =>
          ({
            from: { kind: "result", ok: ok?.from, err: err?.from },
            to: { kind: "result", ok: ok?.to, err: err?.to },
          }) as const,
      ),
    },
    { weight: 4, arbitrary: records(inner) },
    { weight: 3, arbitrary: variants(inner) },
    { weight: 1, arbitrary: labels("enum") },
    { weight: 1, arbitrary: labels("flags") },
  );
}

function tuples(items: readonly TypePair[]): TypePair {
  return {
    from: { kind: "tuple", items: items.map(({ from }) => from) },
    to: { kind: "tuple", items: items.map(({ to }) => to) },
  };
}

function records(inner: fc.Arbitrary<TypePair>): fc.Arbitrary<TypePair> {
  const optional = inner.map(({ from, to }): TypePair => ({ from, to: { kind: "option", some: to } }));
  const field = fc.tuple(presence("from"), fc.oneof(inner, optional));
  return fc.tuple(fc.array(field, { maxLength: 4 }), fc.boolean()).map(([fields, reversed]) => {
    const list = (side: "from" | "to") =>
      fields.flatMap(([where, pair], index) =>
        where === "both" || where === side ? [{ name: `field-${name(index)}`, type: pair[side] }] : [],
      );
    const to = list("to");
    if (reversed) to.reverse();
    const first = { name: "first", type: primitive("bool") };
    return {
      from: { kind: "record", name: "sent", fields: [first, ...list("from")] },
      to: { kind: "record", name: "known", fields: [...to, first] },
    };
  });
}

function variants(inner: fc.Arbitrary<TypePair>): fc.Arbitrary<TypePair> {
  const one = fc.tuple(presence("to"), fc.option(inner, { nil: undefined }), fc.boolean(), fc.boolean());
  return fc.tuple(inner, fc.array(one, { maxLength: 3 })).map(([first, more]) => {
    const list = (side: "from" | "to") => [
      { name: "first", type: first[side] },
      ...more.flatMap(([where, pair, drops, misses], index) => {
        if (where !== "both" && where !== side) return [];
        const type = (drops && side === "to") || (misses && drops && side === "from") ? undefined : pair?.[side];
        return [{ name: `case-${name(index)}`, type }];
      }),
    ];
    return {
      from: { kind: "variant", name: "sent", cases: list("from") },
      to: { kind: "variant", name: "known", cases: list("to") },
    };
  });
}

function labels(kind: "enum" | "flags"): fc.Arbitrary<TypePair> {
  return fc.array(presence(kind === "enum" ? "to" : "from"), { maxLength: 4 }).map((list) => {
    const side = (which: "from" | "to"): Type => {
      const names = [
        { name: "first" },
        ...list.flatMap((where, index) =>
          where === "both" || where === which ? [{ name: `label-${name(index)}` }] : [],
        ),
      ];
      return kind === "enum" ? { kind, name: "label", cases: names } : { kind, name: "label", flags: names };
    };
    return { from: side("from"), to: side("to") };
  });
}

/** Returns the same type with a unique name for each named type in it, as a contract needs them. */
export function namedApart(type: Type): Type {
  let count = 0;
  const visit = (part: Type): Type => {
    switch (part.kind) {
      case "list":
        return { ...part, element: visit(part.element) };
      case "option":
        return { ...part, some: visit(part.some) };
      case "result":
        return { ...part, ok: part.ok && visit(part.ok), err: part.err && visit(part.err) };
      case "tuple":
        return { ...part, items: part.items.map(visit) };
      case "record":
        return {
          ...part,
          name: `type${count++}`,
          fields: part.fields.map((field) => ({ ...field, type: visit(field.type) })),
        };
      case "variant":
        return {
          ...part,
          name: `type${count++}`,
          cases: part.cases.map((item) => ({ ...item, type: item.type && visit(item.type) })),
        };
      case "enum":
      case "flags":
        return { ...part, name: `type${count++}` };
      default:
        return part;
    }
  };
  return visit(type);
}

function name(index: number): string {
  return String.fromCharCode(97 + index);
}
