import { types } from "node:util";
import { ownStack } from "../errors/engine-stack.js";
import type { LogFields, LogLevel, LogValue } from "./instance.js";

export const logLevels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];

/** How deep the fields of a log line nest, how many values they have together, and how many characters. */
const mostDepth = 6;
const mostValues = 256;
const mostCharacters = 16 * 1024;
const longestString = 4 * 1024;

/**
 * Returns fields as JSON, whatever was given: data properties only, so that no getter runs, and no more than a log should have of
 * one line. What was left out or cut says so.
 *
 * @param replace returns what stands for the value at a path; by default, every value stays.
 */
export function logFields(given: unknown, replace: Replace = () => undefined): LogFields | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given) || types.isProxy(given)) return undefined;
  const copied = new Copy(replace).object(given, []);
  return Object.keys(copied).length === 0 ? undefined : copied;
}

type Replace = (path: readonly string[]) => string | undefined;

class Copy {
  #values = mostValues;
  #characters = mostCharacters;
  readonly #open = new Set<object>();

  constructor(readonly replace: Replace) {}

  object(given: object, path: readonly string[]): Record<string, LogValue> {
    const copy: Record<string, LogValue> = {};
    this.#open.add(given);
    for (const key of Object.keys(given)) {
      if (this.#values <= 0 || this.#characters <= 0) {
        copy["[tenon]"] = "more was left out";
        break;
      }
      const value = this.#value(ownData(given, key), [...path, key]);
      const name = this.#text(key);
      if (value !== undefined)
        Object.defineProperty(copy, name, { value, writable: true, enumerable: true, configurable: true });
    }
    this.#open.delete(given);
    return copy;
  }

  #value(value: unknown, path: readonly string[]): LogValue | undefined {
    this.#values--;
    const replaced = this.replace(path);
    if (replaced !== undefined) return replaced;
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "bigint":
        return this.#text(String(value));
      case "object":
        return value === null ? null : this.#object(value, path);
      default:
        return undefined;
    }
  }

  #object(value: object, path: readonly string[]): LogValue {
    if (types.isProxy(value)) return "[proxy]";
    if (this.#open.has(value)) return "[circular]";
    if (types.isDate(value))
      return Number.isNaN(value.valueOf()) ? "Invalid Date" : Date.prototype.toISOString.call(value);
    if (types.isNativeError(value)) return this.#text(String(ownStack(value) ?? ownData(value, "message")));
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[${value.byteLength} bytes]`;
    if (path.length >= mostDepth) return Array.isArray(value) ? "[list]" : "[object]";
    if (!Array.isArray(value)) return this.object(value, path);
    const items: LogValue[] = [];
    this.#open.add(value);
    for (let at = 0; at < value.length && this.#values > 0 && this.#characters > 0; at++)
      items.push(this.#value(ownData(value, String(at)), path) ?? null);
    if (items.length < value.length) items.push(`[${value.length - items.length} more]`);
    this.#open.delete(value);
    return items;
  }

  #text(text: string): string {
    const most = Math.max(0, Math.min(longestString, this.#characters));
    this.#characters -= Math.min(text.length, most) + 8;
    const whole = text.length <= most ? text : `${text.slice(0, most)}… [${text.length - most} more]`;
    return (whole as string & { toWellFormed(): string }).toWellFormed();
  }
}

/** The value of a data property; no getter runs. */
function ownData(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}
