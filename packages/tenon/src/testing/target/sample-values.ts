import { camel, type JsonValue, type Type } from "../../contract/index.js";

const samples: Readonly<Record<string, readonly unknown[]>> = {
  bool: [true, false],
  s8: [-128, -1, 0, 127],
  u8: [0, 1, 127, 128, 255],
  s16: [-32768, -1, 0, 32767],
  u16: [0, 255, 256, 65535],
  s32: [-2147483648, -1, 0, 2147483647],
  u32: [0, 65536, 2147483648, 4294967295],
  s64: [-(2n ** 63n), -1n, 0n, 2n ** 53n, 2n ** 63n - 1n],
  u64: [0n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n],
  f32: [
    0,
    -0,
    1.5,
    -(2 ** -149),
    3.4028234663852886e38,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ],
  f64: [
    0,
    -0,
    0.1,
    Number.MIN_VALUE,
    -Number.MAX_VALUE,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ],
  char: ["a", "\0", "é", "€", "\u{d7ff}", "\u{e000}", "😀", "\u{10ffff}"],
  string: [
    "",
    "hello",
    "naïve café",
    "zero \0 inside",
    "€ and 😀\u{10ffff}",
    "line\r\nline",
    "x".repeat(5000),
    "ü€".repeat(2000),
  ],
};

/** Returns values of a type, including its limits. Deterministic; for exhaustive round trips, not for fuzzing. */
export function sampleValues(type: Type): readonly unknown[] {
  switch (type.kind) {
    case "list":
      return type.element.kind === "u8"
        ? byteSamples()
        : [[], sampleValues(type.element).slice(0, 1), [...sampleValues(type.element)]];
    case "option": {
      const some = sampleValues(type.some);
      if (type.some.kind === "option") return [{ tag: "none" }, ...some.map((val) => ({ tag: "some", val }))];
      return [undefined, ...some];
    }
    case "result":
      return [...tagged("ok", type.ok), ...tagged("err", type.err)];
    case "tuple":
      return zip(type.items.map((item) => sampleValues(item)));
    case "record": {
      const names = type.fields.map(({ name }) => camel(name));
      return zip(type.fields.map((field) => sampleValues(field.type))).map((row) =>
        Object.fromEntries(names.map((name, at) => [name, row[at]])),
      );
    }
    case "variant":
      return type.cases.flatMap((item) => tagged(item.name, item.type));
    case "enum":
      return [...type.cases.map(({ name }) => name), ...(type.open ? [0, 1, -1, 2147483647, -2147483648] : [])];
    case "map": {
      const keys = sampleValues(type.key);
      const values = sampleValues(type.value);
      if (values.length === 0) return [new Map()];
      const entries = keys.map((key, at) => [key, values[at % values.length]] as const);
      return [new Map(), new Map(entries.slice(0, 1)), new Map(entries)];
    }
    case "json":
      return jsonSamples();
    case "recursive":
      return recursiveSamples(type.target);
    case "flags": {
      const names = type.flags.map(({ name }) => camel(name));
      const of = (set: readonly string[]) => Object.fromEntries(names.map((name) => [name, set.includes(name)]));
      return [{}, of([]), ...names.map((name) => of([name])), of(names)];
    }
    default:
      return samples[type.kind] ?? [];
  }
}

const inside = new Set<Type>();

/** Samples of a type inside itself: once, so that they end. */
function recursiveSamples(type: Type): readonly unknown[] {
  if (inside.has(type)) return [];
  inside.add(type);
  try {
    return sampleValues(type);
  } finally {
    inside.delete(type);
  }
}

function jsonSamples(): readonly JsonValue[] {
  return [
    null,
    true,
    0,
    -1.5,
    1e300,
    5e-324,
    2 ** 53,
    123456789012345680000,
    "",
    'quotes " and \\ and \u2028 and 😀',
    "\\ud800",
    [],
    {},
    [[], [null, [false]], {}],
    { a: 1, "": [], "b c": { "1": "x", "0": "y" } },
    // The properties that are most easily mistaken.
    JSON.parse('{"__proto__": {"a": 1}, "constructor": "x", "toJSON": 1, "then": 2, "tag": "none"}') as JsonValue,
    Array.from({ length: 1000 }, (_, at) => ({ at, text: "x".repeat(at % 50) })),
  ];
}

function tagged(tag: string, type: Type | undefined): readonly unknown[] {
  return type === undefined ? [{ tag }] : sampleValues(type).map((val) => ({ tag, val }));
}

/** Makes rows in which every sample of every column occurs at least once. */
function zip(columns: readonly (readonly unknown[])[]): unknown[][] {
  const rows = Math.max(1, ...columns.map((column) => column.length));
  return Array.from({ length: rows }, (_, row) => columns.map((column) => column[row % Math.max(1, column.length)]));
}

function byteSamples(): readonly Uint8Array[] {
  return [
    new Uint8Array(),
    Uint8Array.of(0),
    Uint8Array.of(0, 127, 128, 255),
    Uint8Array.from({ length: 100_000 }, (_, at) => at % 256),
  ];
}

function sameJson(a: any, b: any): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/**
 * Returns whether two values are the same value of a type: an absent option is `undefined`, an absent flag is false, -0 is
 * not 0, and NaN is NaN.
 */
export function sameValue(type: Type | undefined, a: any, b: any): boolean {
  if (type === undefined) return a === undefined && b === undefined;
  switch (type.kind) {
    case "list":
      return (
        a?.length === b?.length && Array.prototype.every.call(a, (item, at) => sameValue(type.element, item, b[at]))
      );
    case "option":
      if (type.some.kind === "option")
        return a?.tag === b?.tag && (a?.tag !== "some" || sameValue(type.some, a.val, b.val));
      return a === undefined || b === undefined ? a === b : sameValue(type.some, a, b);
    case "result":
      return a?.tag === b?.tag && sameValue(a?.tag === "ok" ? type.ok : type.err, a?.val, b?.val);
    case "tuple":
      return a?.length === b?.length && type.items.every((item, at) => sameValue(item, a[at], b[at]));
    case "record":
      return type.fields.every((field) => sameValue(field.type, a?.[camel(field.name)], b?.[camel(field.name)]));
    case "variant":
      return a?.tag === b?.tag && sameValue(type.cases.find(({ name }) => name === a?.tag)?.type, a?.val, b?.val);
    case "map":
      return (
        a?.size === b?.size &&
        [...(a as ReadonlyMap<unknown, unknown>)].every(
          ([key, item]) => b.has(key) && sameValue(type.value, item, b.get(key)),
        )
      );
    case "json":
      return sameJson(a, b);
    case "recursive":
      return sameValue(type.target, a, b);
    case "flags":
      return type.flags.every(({ name }) => (a?.[camel(name)] === true) === (b?.[camel(name)] === true));
    default:
      return Object.is(a, b);
  }
}
