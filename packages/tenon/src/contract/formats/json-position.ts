import { documentInvalid } from "../../errors/factories/contract.js";
import type { TenonError } from "../../errors/index.js";

/** A position in a JSON document, with the checks that every reader needs. All failures are TENON_CONTRACT_INVALID. */
export class JsonPosition {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  /** Requires an object with no other members than these. */
  object(members: readonly string[]): this {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value))
      throw this.expected("an object");
    for (const key of Object.keys(this.value)) {
      if (!members.includes(key))
        throw this.invalid(`unknown member "${key}"`, `Remove it, or use one of ${members.join(", ")}.`);
    }
    return this;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.value as object, key);
  }

  at(key: string): JsonPosition {
    const path = this.path === "" ? key : `${this.path}.${key}`;
    if (!this.has(key)) throw documentInvalid(path, "missing", `Add the member "${key}".`);
    return new JsonPosition((this.value as Record<string, unknown>)[key], path);
  }

  maybe(key: string): JsonPosition | undefined {
    return this.has(key) ? this.at(key) : undefined;
  }

  list(): readonly JsonPosition[] {
    if (!Array.isArray(this.value)) throw this.expected("an array");
    return this.value.map((item, index) => new JsonPosition(item, `${this.path}[${index}]`));
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
      `Put ${what} ${this.path === "" ? "at the top of the document" : `at ${this.path}`}.`,
    );
  }

  invalid(problem: string, fix?: string): TenonError {
    return documentInvalid(this.path, problem, fix);
  }
}

function shown(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
}
