import type { PrimitiveKind, PrimitiveType } from "../model/model.js";
import { type Adapt, identical, type Relation, single } from "./relation.js";

const integers: Partial<Record<PrimitiveKind, { signed: boolean; bits: number }>> = {
  s8: { signed: true, bits: 8 },
  u8: { signed: false, bits: 8 },
  s16: { signed: true, bits: 16 },
  u16: { signed: false, bits: 16 },
  s32: { signed: true, bits: 32 },
  u32: { signed: false, bits: 32 },
  s64: { signed: true, bits: 64 },
  u64: { signed: false, bits: 64 },
};

/** How many bits of an integer a float can represent exactly. */
const exactBits: Partial<Record<PrimitiveKind, number>> = { f32: 24, f64: 53 };

const toBigInt: Adapt = (value: number) => BigInt(value);

/** Relates primitive types. A number widens if the other type has all of its values; a `char` becomes a `string`. */
export function relatePrimitives(from: PrimitiveType, to: PrimitiveType): Relation {
  if (from.kind === to.kind) return identical;
  const texts = { from: from.kind, to: to.kind };
  if (!comparable(from.kind, to.kind)) return single("type-kind", texts);
  if (!holdsAll(from.kind, to.kind)) return single("value-narrowed", texts);
  return single("value-widened", texts, isBigInt(to.kind) && !isBigInt(from.kind) ? toBigInt : undefined);
}

function isBigInt(kind: PrimitiveKind): boolean {
  return integers[kind]?.bits === 64;
}

function comparable(from: PrimitiveKind, to: PrimitiveKind): boolean {
  return (isNumber(from) && isNumber(to)) || (isText(from) && isText(to));
}

function isNumber(kind: PrimitiveKind): boolean {
  return integers[kind] !== undefined || exactBits[kind] !== undefined;
}

function isText(kind: PrimitiveKind): boolean {
  return kind === "char" || kind === "string";
}

function holdsAll(from: PrimitiveKind, to: PrimitiveKind): boolean {
  if (from === "char" || (from === "f32" && to === "f64")) return true;
  const source = integers[from];
  if (source === undefined) return false;
  const magnitude = source.signed ? source.bits - 1 : source.bits;
  const exact = exactBits[to];
  if (exact !== undefined) return magnitude <= exact;
  const target = integers[to]!;
  if (source.signed && !target.signed) return false;
  return magnitude <= (target.signed ? target.bits - 1 : target.bits);
}
