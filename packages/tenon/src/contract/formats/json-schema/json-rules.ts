import type { JsonValue } from "../../json/index.js";

/** Whether a value is of one of JSON Schema's types. */
export function typeMatches(type: string, value: JsonValue): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

export function deepEqual(one: JsonValue, other: JsonValue): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  return jsonKey(one) === jsonKey(other);
}

/** A text that is the same for equal values. */
export function jsonKey(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonKey).join(",")}]`;
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${jsonKey(value[key] as JsonValue)}`)
    .join(",")}}`;
}

export function multipleOf(value: number, factor: number): boolean {
  return Number.isInteger(value / factor);
}
