import { inspect, types } from "node:util";
import { isEngineStack } from "./engine-stack.js";
import { isErrorObject, textPropertyOf } from "./read-thrown.js";
import { reviveThrown, serialiseThrown } from "./serialised-thrown.js";

/** The longest text that a message quotes. Shorter than what crosses the wire, so that it is the same in every place. */
const longestText = 8 * 1024;
const longestObject = 1024;

/** What a thrown value says of itself: the message of an error, the text of anything else. */
export function messageOf(thrown: unknown): string {
  return isErrorObject(thrown) ? cut(textPropertyOf(thrown, "message"), longestText) : textOf(thrown);
}

/** A thrown value as text: `TypeError: x is not a function`, `no such file`, `{ status: 404 }`. */
export function textOf(thrown: unknown): string {
  if (isErrorObject(thrown)) {
    const name = textPropertyOf(thrown, "name");
    // The name "Error" says nothing.
    const parts = [name === "Error" ? "" : name, textPropertyOf(thrown, "message")].filter((part) => part !== "");
    return cut(parts.length === 0 ? "an error without a message" : parts.join(": "), longestText);
  }
  if (typeof thrown === "string") return cut(thrown, longestText);
  if (typeof thrown === "function") return "a function";
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  if (types.isProxy(thrown)) return "a proxy";
  return cut(inspect(reviveThrown(serialiseThrown(thrown)), { depth: 2, breakLength: Infinity }), longestObject);
}

/**
 * Returns what stands for a thrown value as the `cause` of a coded error. An error whose properties can all be read stays
 * as it is. Everything else becomes a copy, as it would in another place.
 */
export function asCause(thrown: unknown): unknown {
  if (isErrorObject(thrown) && new Inspection().isReadable(thrown, 0)) return thrown;
  return reviveThrown(serialiseThrown(thrown));
}

/** Finds out whether a value can be read without running code that may throw, and would be the same as a copy. */
class Inspection {
  static readonly deepest = 6;
  #values = 256;
  #characters = 24 * 1024;
  readonly #within = new Set<object>();

  isReadable(value: unknown, depth: number): boolean {
    if (typeof value === "string") this.#characters -= value.length;
    if (types.isArrayBufferView(value)) this.#characters -= value.byteLength;
    if (this.#characters < 0) return false;
    if (typeof value !== "object" || value === null || types.isArrayBufferView(value)) return true;
    if (types.isProxy(value) || this.#within.has(value) || depth > Inspection.deepest || !hasPlainChain(value))
      return false;
    if (isErrorObject(value) && !hasReadableText(value)) return false;
    const keys = Reflect.ownKeys(value);
    this.#values -= keys.length;
    if (this.#values < 0 || keys.includes(inspect.custom)) return false;
    this.#within.add(value);
    const readable = keys.every((key) => {
      const descriptor = Object.getOwnPropertyDescriptor(value, key)!;
      if ("value" in descriptor) return this.isReadable(descriptor.value, depth + 1);
      return key === "stack" && isEngineStack(descriptor.get);
    });
    this.#within.delete(value);
    return readable;
  }
}

function hasPlainChain(value: object): boolean {
  let next: object | null = Object.getPrototypeOf(value);
  for (let length = 0; next !== null; length++) {
    if (length > 32 || types.isProxy(next)) return false;
    next = Object.getPrototypeOf(next);
  }
  return true;
}

function hasReadableText(error: Error): boolean {
  try {
    return typeof error.name === "string" && typeof error.message === "string";
  } catch {
    return false;
  }
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)} … (${text.length - longest} more characters)`;
}
