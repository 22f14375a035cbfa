import type { PrimitiveKind } from "../../contract/index.js";
import { type IntegerKind, integerRange, integerText, isInteger } from "./integer.js";
import type { Place } from "./place.js";

/**
 * A number of the contract, from a JSON number or from text. JSON numbers lose digits beyond 2^53, so that larger ones
 * must be texts; `NaN` and the infinities have no other form.
 */
export function readNumber(kind: PrimitiveKind, value: unknown, place: Place): number | bigint {
  return isInteger(kind) ? readInteger(kind, value, place) : readFloat(kind, value, place);
}

function readInteger(kind: IntegerKind, value: unknown, place: Place): number | bigint {
  const [least, most] = integerRange(kind);
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw place.problem(
      "a number beyond 2^53 loses digits in JSON",
      `Write it in quotes, as "${value < 0 ? least : most}".`,
    );
  }
  const isWhole =
    typeof value === "number" ? Number.isInteger(value) : typeof value === "string" && /^[+-]?\d{1,40}$/.test(value);
  if (!isWhole) throw place.mismatch(integerText(kind), value);
  const read = BigInt(typeof value === "string" ? value.replace(/^\+/, "") : (value as number));
  if (read < least || read > most) throw place.mismatch(integerText(kind), value);
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
