import type { JsonValue } from "../../json/index.js";
import type { RecursiveType, Type } from "../../model/model.js";
import { camel } from "../../model/names.js";
import { base64Of, bytesOfBase64 } from "../value-json/base64.js";
import type { ValuePosition } from "../value-json/value-position.js";

/** A type, and how its values and JSON become each other. Values have the type, and JSON fits the schema, when they come. */
export interface Shape {
  readonly type: Type;
  readonly write: (value: any, at: ValuePosition) => JsonValue;
  readonly read: (json: any, at: ValuePosition) => unknown;
  /** Definitions that it refers back to, and that it is inside of. */
  readonly open: ReadonlySet<Slot>;
  /** Those that every value of it contains. */
  readonly certain: ReadonlySet<Slot>;
}

/** Thrown where no value fits a schema, and caught where that schema can be left out. */
export class NoValue extends Error {
  readonly path: string;

  constructor(path: string) {
    super("no value fits the schema");
    this.path = path;
  }
}

/** A definition while it is converted. */
export interface Slot {
  readonly edge: RecursiveType;
  readonly isNullable: boolean;
  isUsed: boolean;
  shape?: Shape;
}

const none: ReadonlySet<Slot> = new Set();

export const leaf = (type: Type, write: Shape["write"], read: Shape["read"]): Shape => ({
  type,
  write,
  read,
  open: none,
  certain: none,
});

const same = (value: any): any => value;

export const jsonShape = leaf({ kind: "json" }, same, same);
export const boolShape = leaf({ kind: "bool" }, same, same);
export const stringShape = leaf({ kind: "string" }, same, same);

/** Bytes as Base64, in the one spelling that comes back the same. */
export const base64Shape = leaf({ kind: "list", element: { kind: "u8" } }, base64Of, (json, at) => {
  const bytes = bytesOfBase64(json);
  if (bytes === undefined || base64Of(bytes) !== json) throw at.mismatch("bytes as Base64", json);
  return bytes;
});

export const floatShape = leaf(
  { kind: "f64" },
  (value, at) => {
    if (!Number.isFinite(value)) throw at.mismatch("a number that JSON can hold", value);
    return value;
  },
  same,
);

const integers = ["u8", "s8", "u16", "s16", "u32", "s32"] as const;

/** The smallest integer that holds a range. */
export function integerShape(low: number, high: number): Shape {
  for (const kind of integers) {
    const bits = Number(kind.slice(1));
    const [least, most] = kind.startsWith("u") ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
    // A -0 would come back as 0.
    if (low >= least && high <= most) return leaf({ kind }, same, (json) => json + 0);
  }
  const kind = low >= 0 ? "u64" : "s64";
  const wrap = kind === "u64" ? BigInt.asUintN : BigInt.asIntN;
  return leaf(
    { kind },
    (value: bigint, at) => {
      const number = Number(value);
      if (BigInt(number) !== value) throw at.mismatch("a whole number that JSON can hold", value);
      return number;
    },
    (json: number, at) => {
      const value = BigInt(json);
      if (wrap(64, value) !== value) throw at.mismatch(`a whole number that fits ${kind}`, json);
      return value;
    },
  );
}

export function listShape(element: Shape): Shape {
  const isBytes = element.type.kind === "u8";
  return {
    type: Object.freeze({ kind: "list", element: element.type }),
    write: (value: Iterable<unknown>, at) => Array.from(value, (item, index) => element.write(item, at.item(index))),
    read(json: JsonValue[], at) {
      const items = json.map((item, index) => element.read(item, at.item(index)));
      return isBytes ? Uint8Array.from(items as number[]) : items;
    },
    open: element.open,
    certain: none,
  };
}

export function tupleShape(items: readonly Shape[]): Shape {
  return {
    type: Object.freeze({ kind: "tuple", items: items.map(({ type }) => type) }),
    write: (value: unknown[], at) => items.map((item, index) => item.write(value[index], at.item(index))),
    read: (json: JsonValue[], at) => items.map((item, index) => item.read(json[index], at.item(index))),
    open: union(items.map(({ open }) => open)),
    certain: union(items.map(({ certain }) => certain)),
  };
}

/** @param left a property that a variant writes */
export function mapShape(value: Shape, left?: string): Shape {
  return {
    type: Object.freeze({ kind: "map", key: Object.freeze({ kind: "string" as const }), value: value.type }),
    write: (map: Map<string, unknown>, at) =>
      Object.fromEntries(
        Array.from(map, ([key, item]) => {
          if (key === left) throw at.field(key).problem("the case of the variant says what the property is");
          return [key, value.write(item, at.field(key))];
        }),
      ),
    read: (json: Record<string, JsonValue>, at) => {
      const entries = Object.entries(json).filter(([key]) => key !== left);
      return new Map(entries.map(([key, item]) => [key, value.read(item, at.field(key))]));
    },
    open: value.open,
    certain: none,
  };
}

export function nullableShape(some: Shape): Shape {
  return {
    type: Object.freeze({ kind: "option", some: some.type }),
    write: (value, at) => (value === undefined ? null : some.write(value, at)),
    read: (json, at) => (json === null ? undefined : some.read(json, at)),
    open: some.open,
    certain: none,
  };
}

export interface Label {
  readonly name: string;
  readonly json: string;
}

/** One of several texts. */
export function enumShape(name: string, labels: readonly Label[], docs: string | undefined): Shape {
  const names = new Map(labels.map((label) => [label.json, label.name]));
  const texts = new Map(labels.map((label) => [label.name, label.json]));
  const cases = labels.map((label) => ({ name: label.name }));
  return leaf(
    Object.freeze({ kind: "enum", name, cases, docs }),
    (value) => texts.get(value) as string,
    (json) => names.get(json),
  );
}

export interface VariantCase {
  readonly name: string;
  /** Absent for a case that is its discriminator alone. */
  readonly shape: Shape | undefined;
  readonly docs?: string | undefined;
  /** Whether JSON is of this case. Exactly one is, if the JSON fits the schema. */
  readonly holds: (json: JsonValue) => boolean;
  /** What the JSON of the case has beside that of its payload. */
  readonly tag?: readonly [property: string, text: string] | undefined;
}

export function variantShape(
  name: string,
  cases: readonly VariantCase[],
  docs: string | undefined,
  isUnknownDropped = false,
): Shape {
  const byName = new Map(cases.map((each) => [each.name, each]));
  const shapes = cases.flatMap(({ shape }) => (shape === undefined ? [] : [shape]));
  return {
    type: Object.freeze({
      kind: "variant",
      name,
      cases: cases.map((each) => ({ name: each.name, type: each.shape?.type, docs: each.docs })),
      docs,
    }),
    write({ tag, val }: { tag: string; val?: unknown }, at) {
      const { shape, tag: marked } = byName.get(tag) as VariantCase;
      const json = shape === undefined ? {} : shape.write(val, at);
      return marked === undefined ? json : { [marked[0]]: marked[1], ...(json as Record<string, JsonValue>) };
    },
    read(json: JsonValue, at) {
      const found = cases.find(({ holds }) => holds(json));
      if (found === undefined) throw at.mismatch(`a case of ${name}`, json);
      if (found.shape !== undefined) return { tag: found.name, val: found.shape.read(json, at) };
      const unknown = Object.keys(json as object).find((key) => key !== found.tag?.[0]);
      if (unknown !== undefined && !isUnknownDropped)
        throw at.field(unknown).problem("the schema names no such property");
      return { tag: found.name };
    },
    open: union(shapes.map(({ open }) => open)),
    // With one case that contains less, there are values that contain less.
    certain:
      shapes.length < cases.length || shapes.some(({ certain }) => certain.size === 0)
        ? none
        : union(shapes.map(({ certain }) => certain)),
  };
}

export interface PropertyShape {
  readonly property: string;
  readonly name: string;
  readonly shape: Shape;
  readonly docs: string | undefined;
  /** `null` for a property that means null where it is absent, and is always written. */
  readonly presence: "required" | "optional" | "null";
}

/** @param rest the other properties, and the name of their field @param left a property that a variant writes */
export function recordShape(
  name: string,
  properties: readonly PropertyShape[],
  rest: { readonly name: string; readonly shape: Shape } | undefined,
  left: string | undefined,
  isUnknownDropped: boolean,
  docs: string | undefined,
): Shape {
  const known = new Set(properties.map(({ property }) => property));
  if (left !== undefined) known.add(left);
  const plan = properties.map((each) => {
    const isTwice = each.presence === "optional" && each.shape.type.kind === "option";
    const isOption = each.presence === "optional";
    const type: Type = isOption ? Object.freeze({ kind: "option", some: each.shape.type }) : each.shape.type;
    return { ...each, key: camel(each.name), isTwice, isOption, type };
  });
  const fields = plan.map(({ name: field, type, docs: about }) => ({ name: field, type, docs: about }));
  const restKey = rest === undefined ? "" : camel(rest.name);
  const restMap = rest === undefined ? undefined : mapShape(rest.shape);
  if (rest !== undefined && restMap !== undefined)
    fields.push({ name: rest.name, type: restMap.type, docs: "Properties that have no field." });
  const shapes = [...properties.map(({ shape }) => shape), ...(rest === undefined ? [] : [rest.shape])];
  return {
    type: Object.freeze({ kind: "record", name, fields, docs }),
    write(value: Record<string, any>, at) {
      const entries: [string, JsonValue][] = [];
      for (const { property, key, shape, isOption, isTwice } of plan) {
        const field = value[key];
        if (isTwice ? field.tag === "none" : isOption && field === undefined) continue;
        entries.push([property, shape.write(isTwice ? field.val : field, at.field(property))]);
      }
      if (restMap !== undefined) {
        for (const [property, json] of Object.entries(restMap.write(value[restKey], at) as Record<string, JsonValue>)) {
          if (known.has(property)) throw at.field(property).problem(`the property has a field: ${camel(property)}`);
          entries.push([property, json]);
        }
      }
      return Object.fromEntries(entries);
    },
    read(json: Record<string, JsonValue>, at) {
      const value: Record<string, unknown> = {};
      for (const { property, key, shape, presence, isOption, isTwice } of plan) {
        if (Object.hasOwn(json, property)) {
          const field = shape.read(json[property], at.field(property));
          value[key] = isTwice ? { tag: "some", val: field } : field;
        } else value[key] = isTwice ? { tag: "none" } : isOption || presence === "null" ? undefined : null;
      }
      const others = Object.entries(json).filter(([property]) => !known.has(property));
      if (restMap !== undefined) value[restKey] = restMap.read(Object.fromEntries(others), at);
      else if (others.length > 0 && !isUnknownDropped)
        throw at.field(others[0]?.[0] ?? "").problem("the schema names no such property");
      return value;
    },
    open: union(shapes.map(({ open }) => open)),
    certain: union(properties.filter(({ presence }) => presence === "required").map(({ shape }) => shape.certain)),
  };
}

/** Where a definition contains itself. */
export function edgeShape(slot: Slot): Shape {
  const { edge, isNullable } = slot;
  slot.isUsed = true;
  return {
    type: isNullable ? Object.freeze({ kind: "option", some: edge }) : edge,
    write: (value, at) => (slot.shape as Shape).write(value, at),
    read: (json, at) => (slot.shape as Shape).read(json, at),
    open: new Set([slot]),
    certain: isNullable ? none : new Set([slot]),
  };
}

function union(sets: readonly ReadonlySet<Slot>[]): ReadonlySet<Slot> {
  const filled = sets.filter(({ size }) => size > 0);
  return filled.length === 0 ? none : new Set(filled.flatMap((set) => [...set]));
}
