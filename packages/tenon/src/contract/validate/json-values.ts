import { mostValueLevels } from "../model/model.js";
import { unfit } from "./unfit.js";

/** Whether a value is one that JSON can express: plain objects, arrays, finite numbers. A cyclic value is too deep. */
export function isJson(value: unknown, levels: number = mostValueLevels): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    const { length } = value;
    for (let index = 0; index < length; index++) if (!isJson(value[index], levels - 1)) return false;
    return true;
  }
  if (!isPlain(value)) return false;
  for (const key of Object.keys(value)) if (!isJson((value as Keyed)[key], levels - 1)) return false;
  return true;
}

/** Returns a JSON value as it was read while it was checked, each part once, or {@link unfit}. */
export function copyJson(value: unknown, levels: number = mostValueLevels): unknown {
  if (typeof value !== "object" || value === null) return isJson(value) ? value : unfit;
  if (levels === 0) return unfit;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    const { length } = value;
    for (let index = 0; index < length; index++) {
      const item = copyJson(value[index], levels - 1);
      if (item === unfit) return unfit;
      list.push(item);
    }
    return list;
  }
  if (!isPlain(value)) return unfit;
  const copy: Keyed = {};
  for (const key of Object.keys(value)) {
    const item = copyJson((value as Keyed)[key], levels - 1);
    if (item === unfit) return unfit;
    // An assignment would set the prototype.
    if (key === "__proto__")
      Object.defineProperty(copy, key, { value: item, configurable: true, enumerable: true, writable: true });
    else copy[key] = item;
  }
  return copy;
}

/** Returns a lower bound of the size of a JSON value's text in bytes. */
export function jsonSize(value: unknown, levels: number = mostValueLevels): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null || levels === 0) return 1;
  let size = 2;
  if (Array.isArray(value)) for (const item of value) size += jsonSize(item, levels - 1) + 1;
  else for (const key of Object.keys(value)) size += key.length + jsonSize((value as Keyed)[key], levels - 1) + 4;
  // The last part has no comma.
  return size > 2 ? size - 1 : size;
}

/** Whether an object has no class: `{…}` of any realm, or one without a prototype. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

type Keyed = Record<string, unknown>;
