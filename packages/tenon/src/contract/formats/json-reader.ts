import { errors, type TenonError } from "../../errors/index.js";

/** A place in a JSON document, with the checks that every reader needs. All failures are TENON_CONTRACT_INVALID. */
export class Place {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  /** Requires an object that has no members but these. */
  object(members: readonly string[]): this {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value))
      throw this.expected("an object");
    for (const key of Object.keys(this.value)) {
      if (!members.includes(key))
        throw this.invalid(`unknown member "${key}"`, `Remove it; known are ${members.join(", ")}.`);
    }
    return this;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.value as object, key);
  }

  at(key: string): Place {
    const path = this.path === "" ? key : `${this.path}.${key}`;
    if (!this.has(key)) throw invalid(`${path}: missing`, `Add the member "${key}".`);
    return new Place((this.value as Record<string, unknown>)[key], path);
  }

  maybe(key: string): Place | undefined {
    return this.has(key) ? this.at(key) : undefined;
  }

  list(): readonly Place[] {
    if (!Array.isArray(this.value)) throw this.expected("an array");
    return this.value.map((item, index) => new Place(item, `${this.path}[${index}]`));
  }

  string(): string {
    if (typeof this.value !== "string") throw this.expected("a string");
    return this.value;
  }

  oneOf<T extends string>(...values: readonly T[]): T {
    if (!values.includes(this.value as T)) throw this.expected(values.map((item) => JSON.stringify(item)).join(" or "));
    return this.value as T;
  }

  boolean(): boolean {
    if (typeof this.value !== "boolean") throw this.expected("true or false");
    return this.value;
  }

  expected(what: string): TenonError {
    return this.invalid(
      `expected ${what}, got ${shown(this.value)}`,
      `Put ${what} at ${this.path === "" ? "the top" : this.path}.`,
    );
  }

  invalid(message: string, fix?: string): TenonError {
    return invalid(`${this.path === "" ? "" : `${this.path}: `}${message}`, fix);
  }
}

function invalid(message: string, fix: string | undefined): TenonError {
  return errors.TENON_CONTRACT_INVALID({
    message: `contract document: ${message}`,
    ...(fix === undefined ? {} : { fix: { text: fix } }),
  });
}

function shown(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
}
