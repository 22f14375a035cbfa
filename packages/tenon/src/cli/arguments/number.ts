import type { PrimitiveKind } from "../../contract/index.js";
import type { Place } from "./place.js";

const limits: Readonly<Partial<Record<PrimitiveKind, readonly [bigint, bigint]>>> = {
  u8: [0n, 2n ** 8n - 1n],
  s8: [-(2n ** 7n), 2n ** 7n - 1n],
  u16: [0n, 2n ** 16n - 1n],
  s16: [-(2n ** 15n), 2n ** 15n - 1n],
  u32: [0n, 2n ** 32n - 1n],
  s32: [-(2n ** 31n), 2n ** 31n - 1n],
  u64: [0n, 2n ** 64n - 1n],
  s64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/**
 * A number of the contract, from a JSON number or from text. JSON numbers lose digits beyond 2^53, so that larger ones
 * must be texts; `NaN` and the infinities have no other form.
 */
export function readNumber(kind: PrimitiveKind, value: unknown, place: Place): number | bigint {
  const range = limits[kind];
  return range === undefined ? readFloat(kind, value, place) : readInteger(kind, value, range, place);
}

function readInteger(kind: PrimitiveKind, value: unknown, [least, most]: readonly [bigint, bigint], place: Place): number | bigint {
  const expected = `a whole number from ${least} to ${most} (${kind})`;
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw place.problem("a number beyond 2^53 loses digits in JSON", `Write it in quotes: "${value < 0 ? least : most}".`);
  }
  const isNumber = typeof value === "number" ? Number.isInteger(value) : typeof value === "string" && /^[+-]?\d{1,40}$/.test(value);
  if (!isNumber) throw place.mismatch(expected, value);
  const read = BigInt(typeof value === "string" ? value.replace(/^\+/, "") : (value as number));
  if (read < least || read > most) throw place.mismatch(expected, value);
  return kind.endsWith("64") ? read : Number(read);
}

function readFloat(kind: PrimitiveKind, value: unknown, place: Place): number {
  if (typeof value === "number") return value;
  if (typeof value === "string") {
    if (/^(?:NaN|[+-]?Infinity)$/.test(value)) return Number(value);
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value)) return Number(value);
  }
  throw place.mismatch(`a number (${kind})`, value);
}
