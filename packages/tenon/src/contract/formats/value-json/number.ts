import type { PrimitiveKind } from "../../model/model.js";
import { type IntegerKind, integerRange, integerText, isInteger } from "./integer.js";
import type { ValuePosition } from "./value-position.js";

/**
 * Parses a number from a JSON number or a string. JSON numbers lose digits beyond 2^53, so larger ones must be strings, as
 * must `NaN` and the infinities.
 */
export function readNumber(kind: PrimitiveKind, value: unknown, position: ValuePosition): number | bigint {
  return isInteger(kind) ? readInteger(kind, value, position) : readFloat(kind, value, position);
}

function readInteger(kind: IntegerKind, value: unknown, position: ValuePosition): number | bigint {
  const [least, most] = integerRange(kind);
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw position.problem(
      "a number beyond 2^53 loses digits in JSON",
      `Write it in quotes: "${value < 0 ? least : most}".`,
    );
  }
  const isWhole =
    typeof value === "number" ? Number.isInteger(value) : typeof value === "string" && /^[+-]?\d{1,40}$/.test(value);
  if (!isWhole) throw position.mismatch(integerText(kind), value);
  const read = BigInt(typeof value === "string" ? value.replace(/^\+/, "") : (value as number));
  if (read < least || read > most) throw position.mismatch(integerText(kind), value);
  return kind.endsWith("64") ? read : Number(read);
}

function readFloat(kind: PrimitiveKind, value: unknown, position: ValuePosition): number {
  if (typeof value === "number") return value;
  if (typeof value === "string") {
    if (/^(?:NaN|[+-]?Infinity)$/.test(value)) return Number(value);
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value)) return Number(value);
  }
  throw position.mismatch(`a number (${kind})`, value);
}
