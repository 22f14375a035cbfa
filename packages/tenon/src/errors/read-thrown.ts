import { types } from "node:util";

// Reads what foreign code threw. A getter, a proxy or a method of it may throw in turn; nothing here lets that out.

/** Whether a value is an error object. A proxy of one is not. */
export function isErrorObject(value: unknown): value is Error {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** Reads a property. Returns `undefined` if reading it throws. */
export function propertyOf(value: unknown, name: string): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** Reads a property as text: empty if it is missing or cannot be read. */
export function textPropertyOf(value: unknown, name: string): string {
  const found = propertyOf(value, name);
  if (typeof found === "string") return found;
  return typeof found === "number" || typeof found === "boolean" ? String(found) : "";
}
