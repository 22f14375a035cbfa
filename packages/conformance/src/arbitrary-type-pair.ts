import fc from "fast-check";
import type {
  MapType,
  PrimitiveKind,
  RecordType,
  RecursiveType,
  Type,
  VariantType,
} from "../../tenon/src/contract/model/model.js";

/** Two versions of one type: what the sender has and what the receiver has. */
export interface TypePair {
  readonly from: Type;
  readonly to: Type;
}

type Presence = "both" | "from" | "to";

const numbers: readonly PrimitiveKind[] = ["s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64"];
const primitive = (kind: PrimitiveKind): Type => ({ kind });
const same = fc
  .constantFrom<PrimitiveKind | "json">(...numbers, "bool", "char", "string", "json")
  .map((kind): TypePair => ({ from: { kind }, to: { kind } }));
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
    { weight: 1, arbitrary: maps(inner) },
    { weight: 2, arbitrary: recursive(inner) },
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

const keys: readonly MapType["key"]["kind"][] = ["s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64"];
const key = fc.oneof(
  fc.constantFrom<MapType["key"]["kind"]>("bool", "char", "string").map((kind) => ({ from: { kind }, to: { kind } })),
  fc.tuple(fc.nat({ max: keys.length - 1 }), fc.nat({ max: 3 })).map(([index, step]) => ({
    from: { kind: keys[index]! },
    to: { kind: keys[Math.min(index + step, keys.length - 1)]! },
  })),
);

function maps(inner: fc.Arbitrary<TypePair>): fc.Arbitrary<TypePair> {
  return fc.tuple(key, inner).map(([keyPair, { from, to }]) => ({
    from: { kind: "map", key: keyPair.from, value: from },
    to: { kind: "map", key: keyPair.to, value: to },
  }));
}

/** Records and variants that contain themselves, in a list, an option or a map. */
function recursive(inner: fc.Arbitrary<TypePair>): fc.Arbitrary<TypePair> {
  const holder = fc.constantFrom<(self: RecursiveType) => Type>(
    (self) => ({ kind: "list", element: self }),
    (self) => ({ kind: "option", some: self }),
    (self) => ({ kind: "map", key: { kind: "string" }, value: self }),
  );
  return fc.tuple(fc.oneof(records(inner), variants(inner)), holder).map(([{ from, to }, hold]) => ({
    from: withItself(from as RecordType | VariantType, hold),
    to: withItself(to as RecordType | VariantType, hold),
  }));
}

function withItself(type: RecordType | VariantType, hold: (self: RecursiveType) => Type): RecordType | VariantType {
  const self = { kind: "recursive" as const, target: undefined as unknown as RecordType | VariantType };
  const part = { name: "again", type: hold(self) };
  self.target =
    type.kind === "record" ? { ...type, fields: [...type.fields, part] } : { ...type, cases: [...type.cases, part] };
  return self.target;
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
  const open = fc.constantFrom<Presence | "none">("none", "none", "none", "to", "both");
  return fc.tuple(fc.array(presence(kind === "enum" ? "to" : "from"), { maxLength: 4 }), open).map(([list, opened]) => {
    const side = (which: "from" | "to"): Type => {
      const names = [
        { name: "first" },
        ...list.flatMap((where, index) =>
          where === "both" || where === which ? [{ name: `label-${name(index)}` }] : [],
        ),
      ];
      const isOpen = opened === "both" || opened === which;
      return kind === "enum"
        ? { kind, name: "label", cases: names, ...(isOpen ? { open: true } : {}) }
        : { kind, name: "label", flags: names };
    };
    return { from: side("from"), to: side("to") };
  });
}

/** Returns the same type with a unique name for each named type in it, as a contract needs them. */
export function namedApart(type: Type): Type {
  let count = 0;
  const backEdges = new Map<Type, { kind: "recursive"; target: RecordType | VariantType }>();
  const backEdge = (target: Type) => {
    const known = backEdges.get(target) ?? { kind: "recursive" as const, target: undefined as never };
    backEdges.set(target, known);
    return known;
  };
  const visit = (part: Type): Type => {
    switch (part.kind) {
      case "map":
        return { ...part, value: visit(part.value) };
      case "recursive":
        return backEdge(part.target);
      case "list":
        return { ...part, element: visit(part.element) };
      case "option":
        return { ...part, some: visit(part.some) };
      case "result":
        return { ...part, ok: part.ok && visit(part.ok), err: part.err && visit(part.err) };
      case "tuple":
        return { ...part, items: part.items.map(visit) };
      case "record": {
        const record: RecordType = {
          ...part,
          name: `type${count++}`,
          fields: part.fields.map((field) => ({ ...field, type: visit(field.type) })),
        };
        backEdge(part).target = record;
        return record;
      }
      case "variant": {
        const variant: VariantType = {
          ...part,
          name: `type${count++}`,
          cases: part.cases.map((item) => ({ ...item, type: item.type && visit(item.type) })),
        };
        backEdge(part).target = variant;
        return variant;
      }
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
