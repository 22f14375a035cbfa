import { describe } from "../contract/core.js";

/** How large a JSON value may be. */
export interface JsonBounds {
  /** Levels of nested arrays and objects. */
  readonly depth: number;
  /** Values, including keys. */
  readonly parts: number;
  /** Characters of all strings and keys together. */
  readonly characters: number;
}

/** Why a value is not JSON, or exceeds the bounds. */
export class NotJson extends Error {
  /** The keys and indices that lead to the value. */
  readonly path: readonly (string | number)[];

  constructor(path: readonly (string | number)[], problem: string) {
    super(problem);
    this.path = path;
  }
}

/**
 * Copies a JSON value, so that changes to the copy do not reach the original. Leaves out properties that are `undefined`,
 * as JSON does.
 *
 * @throws {@link NotJson} for anything that is not JSON: functions, dates, cycles, infinite numbers; for a key `__proto__`,
 *   which would change the object that contains it; and for a value that exceeds the bounds.
 */
export function copyJson(value: unknown, bounds: JsonBounds): unknown {
  return new Copying(bounds).copy(value, []);
}

class Copying {
  readonly #bounds: JsonBounds;
  #parts = 0;
  #characters = 0;

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds;
  }

  copy(value: unknown, path: (string | number)[]): unknown {
    if (++this.#parts > this.#bounds.parts) throw new NotJson([], `it has more than ${this.#bounds.parts} parts`);
    switch (typeof value) {
      case "string":
        this.#count(value);
        return value;
      case "boolean":
        return value;
      case "number":
        if (Number.isFinite(value)) return value;
        throw new NotJson([...path], `expected a JSON value, got number ${value}`);
      case "object":
        return value === null ? null : this.#container(value, path);
      default:
        throw new NotJson([...path], `expected a JSON value, got ${typeof value}`);
    }
  }

  #container(value: object, path: (string | number)[]): unknown {
    if (path.length >= this.#bounds.depth) {
      throw new NotJson(path.slice(0, 5), `it is nested deeper than ${this.#bounds.depth} levels, or contains itself`);
    }
    if (Array.isArray(value)) return Array.from(value, (item, index) => this.#inside(item, path, index));
    if (!isPlain(value)) throw new NotJson([...path], `expected a JSON value, got ${describe(value)}`);
    const copy: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === "__proto__") throw new NotJson([...path], 'the key "__proto__" is not allowed');
      if (item === undefined) continue;
      this.#count(key);
      copy[key] = this.#inside(item, path, key);
    }
    return copy;
  }

  #inside(item: unknown, path: (string | number)[], step: string | number): unknown {
    path.push(step);
    const copy = this.copy(item, path);
    path.pop();
    return copy;
  }

  #count(text: string): void {
    this.#characters += text.length;
    if (this.#characters > this.#bounds.characters)
      throw new NotJson([], `it has more than ${this.#bounds.characters} characters`);
  }
}

// By shape, not by identity of Object.prototype: an object may come from another realm.
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return (
    prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty"))
  );
}

/** Formats a path as JavaScript: `settings.servers[2]["odd key"]`. */
export function jsonPath(root: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
  }, root);
}
