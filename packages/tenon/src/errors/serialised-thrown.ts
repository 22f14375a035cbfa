import { types } from "node:util";
import { isErrorObject, propertyOf, textPropertyOf } from "./read-thrown.js";

/**
 * A thrown value as JSON. What JSON has no form for is an object with one key: `{"error": …}`, `{"object": …}`,
 * `{"bigint": "5"}`, `{"number": "NaN"}`, `{"date": …}`, `{"bytes": base64}`, `{"text": …}`, `{"undefined": true}`.
 */
export type Serialised = null | boolean | number | string | readonly Serialised[] | { readonly [tag: string]: unknown };

/** Levels of causes, collected errors and properties inside each other. */
const deepest = 4;
/** Values in all, and characters of all texts and keys in all. */
const mostValues = 256;
const mostCharacters = 24 * 1024;
const longestText = 8 * 1024;

/** What an error has that its class and text do not say. */
const ownText: ReadonlySet<string> = new Set(["name", "message", "stack", "cause"]);

const classes = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  DOMException,
};

/**
 * Returns what can be sent of a thrown value: the name, message, stack and cause of an error, the errors that it collects,
 * and own enumerable data properties. Getters of properties are not called, functions and symbols are left out, and so is
 * what exceeds the bounds on depth, number and size. Never throws.
 */
export function serialiseThrown(thrown: unknown): Serialised {
  const serialised = new Serialiser().value(thrown, 0);
  return serialised === undefined ? { text: kindOf(thrown) } : serialised;
}

/** Returns the value that a serialised one stands for. Whatever cannot be read is left out. Never throws. */
export function reviveThrown(serialised: unknown): unknown {
  return new Reviver().value(serialised, 0);
}

class Serialiser {
  #values = mostValues;
  #characters = mostCharacters;
  readonly #within = new Set<object>();

  /** Returns `undefined` for what is left out. */
  value(value: unknown, depth: number): Serialised | undefined {
    if (--this.#values < 0) return undefined;
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : { number: Object.is(value, -0) ? "-0" : `${value}` };
      case "bigint": {
        const digits = value > -(2n ** 4096n) && value < 2n ** 4096n ? String(value) : undefined;
        return digits === undefined || !this.#takes(digits.length) ? undefined : { bigint: digits };
      }
      case "undefined":
        return { undefined: true };
      case "object":
        return value === null ? null : this.#object(value, depth);
      default:
        return undefined;
    }
  }

  #object(value: object, depth: number): Serialised | undefined {
    if (types.isProxy(value) || depth > deepest || this.#within.has(value)) return undefined;
    this.#within.add(value);
    try {
      if (isErrorObject(value)) return { error: this.#error(value, depth) };
      if (Array.isArray(value)) return this.#items(value, depth);
      if (types.isDate(value)) return { date: Date.prototype.getTime.call(value) };
      if (types.isUint8Array(value)) return this.#bytes(value);
      const properties = this.#properties(value, depth, none);
      return Object.keys(properties).length > 0 || isPlain(value) ? { object: properties } : undefined;
    } catch {
      return undefined;
    } finally {
      this.#within.delete(value);
    }
  }

  #error(error: Error, depth: number): Record<string, unknown> {
    const cause = propertyOf(error, "cause");
    const collected = Object.getOwnPropertyDescriptor(error, "errors");
    const errors: unknown = collected?.enumerable === false ? collected.value : undefined;
    const collects = Array.isArray(errors) && !types.isProxy(errors);
    const name = this.#text(textPropertyOf(error, "name"));
    const message = this.#text(textPropertyOf(error, "message"));
    const properties = this.#properties(error, depth, ownText);
    const stack = propertyOf(error, "stack");
    return {
      class: classOf(error),
      name,
      message,
      stack: typeof stack === "string" ? this.#text(stack) : undefined,
      properties: Object.keys(properties).length === 0 ? undefined : properties,
      cause: cause === undefined ? undefined : this.value(cause, depth + 1),
      errors: collects ? this.#items(errors, depth) : undefined,
    };
  }

  #properties(object: object, depth: number, except: ReadonlySet<string>): Record<string, Serialised> {
    const properties: Record<string, Serialised> = {};
    for (const key of Object.keys(object)) {
      if (this.#values <= 0) break;
      const descriptor = except.has(key) ? undefined : Object.getOwnPropertyDescriptor(object, key);
      if (descriptor === undefined || !("value" in descriptor) || !this.#takes(key.length)) continue;
      const value = this.value(descriptor.value, depth + 1);
      if (value !== undefined) define(properties, key, value);
    }
    return properties;
  }

  #items(array: readonly unknown[], depth: number): Serialised[] {
    const items: Serialised[] = [];
    for (let at = 0; at < array.length && this.#values > 0; at++) {
      const descriptor = Object.getOwnPropertyDescriptor(array, at);
      const item = this.value(descriptor?.value, depth + 1);
      items.push(item === undefined ? { undefined: true } : item);
    }
    return items;
  }

  #bytes(value: Uint8Array): Serialised | undefined {
    const { buffer, byteOffset, byteLength } = value;
    return this.#takes(byteLength * 1.5)
      ? { bytes: Buffer.from(buffer, byteOffset, byteLength).toString("base64") }
      : undefined;
  }

  #text(text: string): string {
    const room = Math.max(0, Math.min(longestText, this.#characters));
    const length = Math.min(text.length, room);
    this.#characters -= length;
    return length === text.length ? text : `${text.slice(0, length)} … (${text.length - length} more characters)`;
  }

  #takes(characters: number): boolean {
    if (characters > this.#characters || characters > longestText) return false;
    this.#characters -= characters;
    return true;
  }
}

class Reviver {
  #values = mostValues * 2;

  value(serialised: unknown, depth: number): unknown {
    if (--this.#values < 0 || depth > deepest + 1) return undefined;
    if (typeof serialised !== "object" || serialised === null) return serialised;
    if (Array.isArray(serialised)) return this.#items(serialised, depth);
    const [[tag, content] = ["", undefined]] = Object.entries(serialised);
    switch (tag) {
      case "error":
        return isRecord(content) ? this.#error(content, depth) : undefined;
      case "object":
        return isRecord(content) ? this.#into({}, content, depth) : undefined;
      case "bigint":
        return typeof content === "string" && /^-?\d{1,1300}$/.test(content) ? BigInt(content) : undefined;
      case "number":
        return Number(content);
      case "date":
        return new Date(typeof content === "number" ? content : Number.NaN);
      case "bytes":
        return typeof content === "string" ? new Uint8Array(Buffer.from(content, "base64")) : undefined;
      case "text":
        return typeof content === "string" ? content : undefined;
      default:
        return undefined;
    }
  }

  #error(content: Record<string, unknown>, depth: number): Error {
    const message = textIn(content.message) ?? "";
    const name = textIn(content.name) ?? "Error";
    const known = typeof content.class === "string" && Object.hasOwn(classes, content.class);
    const error = create(known ? (content.class as keyof typeof classes) : "Error", name, message);
    if (error.name !== name) hide(error, "name", name);
    hide(error, "stack", textIn(content.stack) ?? `${name}: ${message}`);
    const cause = content.cause === undefined ? undefined : this.value(content.cause, depth + 1);
    if (cause !== undefined) hide(error, "cause", cause);
    if (Array.isArray(content.errors)) hide(error, "errors", this.#items(content.errors, depth));
    if (isRecord(content.properties)) this.#into(error, content.properties, depth, ownText);
    return error;
  }

  #into(
    target: object,
    properties: Record<string, unknown>,
    depth: number,
    except: ReadonlySet<string> = none,
  ): object {
    for (const [key, value] of Object.entries(properties))
      if (!except.has(key)) define(target, key, this.value(value, depth + 1));
    return target;
  }

  #items(items: readonly unknown[], depth: number): unknown[] {
    return items.slice(0, mostValues).map((item) => this.value(item, depth + 1));
  }
}

const none: ReadonlySet<string> = new Set();

function create(kind: keyof typeof classes, name: string, message: string): Error {
  if (kind === "DOMException") return new DOMException(message, name) as Error;
  return kind === "AggregateError" ? new AggregateError([], message) : new classes[kind](message);
}

/** The most specific class of the language that an error is an instance of. */
function classOf(error: Error): keyof typeof classes {
  const names = Object.keys(classes) as (keyof typeof classes)[];
  for (let next: object | null = error; next !== null; next = Object.getPrototypeOf(next)) {
    if (types.isProxy(next)) break;
    const found = names.find((name) => classes[name].prototype === next);
    if (found !== undefined) return found;
  }
  return "Error";
}

function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(thrown: unknown): string {
  if (typeof thrown === "object") return types.isProxy(thrown) ? "a proxy" : "an object";
  return typeof thrown === "function" ? "a function" : String(thrown);
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
