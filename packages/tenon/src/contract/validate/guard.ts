import type { Type } from "../model.js";
import { camel } from "../names.js";

/**
 * Whether a value has a type. A guard is generated source: closures would cost a call for each level, and a guard runs in
 * every inline call. `explain.ts` says why a value does not have its type, and runs only then.
 */
export type Guard = (value: unknown) => boolean;

const cache = new WeakMap<Type, Guard>();

/** Compiles a type to its guard. The result is cached. */
export function compileGuard(type: Type): Guard {
  let guard = cache.get(type);
  if (guard === undefined) {
    const source = new GuardSource();
    const test = source.test(type, "v");
    guard = source.evaluate(`return (v) => ${test};`) as Guard;
    cache.set(type, guard);
  }
  return guard;
}

/** Collects the helper functions of one piece of generated code. */
export class GuardSource {
  readonly #helpers: string[] = [];
  readonly #names = new Map<Type, string>();

  /** Returns an expression that is true if `value` (a plain identifier) has the type. */
  test(type: Type, value: string): string {
    switch (type.kind) {
      case "bool":
        return `(typeof ${value} === "boolean")`;
      case "u8":
        return integer(value, 0, 255);
      case "s8":
        return integer(value, -128, 127);
      case "u16":
        return integer(value, 0, 65535);
      case "s16":
        return integer(value, -32768, 32767);
      case "u32":
        return `(typeof ${value} === "number" && ${value} >>> 0 === ${value})`;
      case "s32":
        return `(typeof ${value} === "number" && (${value} | 0) === ${value})`;
      case "u64":
        return `(typeof ${value} === "bigint" && ${value} >= 0n && ${value} <= 18446744073709551615n)`;
      case "s64":
        return `(typeof ${value} === "bigint" && ${value} >= -9223372036854775808n && ${value} <= 9223372036854775807n)`;
      case "f32":
      case "f64":
        return `(typeof ${value} === "number")`;
      case "string":
        return `(typeof ${value} === "string")`;
      case "own":
      case "borrow":
        return `(typeof ${value} === "object" && ${value} !== null)`;
      default:
        return `${this.helper(type)}(${value})`;
    }
  }

  evaluate(body: string): unknown {
    // The source is generated from types alone: labels go through JSON.stringify, and values never enter it.
    return new Function(`"use strict";\n${this.#helpers.join("\n")}\n${body}`)();
  }

  get helpers(): string {
    return this.#helpers.join("\n");
  }

  private helper(type: Type): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const name = `is${this.#names.size}`;
    this.#names.set(type, name);
    const body = this.body(type);
    this.#helpers.push(`function ${name}(v) {\n${body}\n}`);
    return name;
  }

  private body(type: Type): string {
    switch (type.kind) {
      case "char":
        return `if (typeof v !== "string" || v.length === 0 || v.length > 2) return false;
  const c = v.codePointAt(0); return c > 65535 ? v.length === 2 : v.length === 1 && (c < 55296 || c > 57343);`;
      case "list":
        if (type.element.kind === "u8") return "return v instanceof Uint8Array;";
        return `if (!Array.isArray(v)) return false;
  for (let i = 0; i < v.length; i++) { const e = v[i]; if (!${this.test(type.element, "e")}) return false; }
  return true;`;
      case "option":
        if (type.some.kind === "option") {
          return `if (typeof v !== "object" || v === null) return false;
  if (v.tag === "none") return true;
  if (v.tag !== "some") return false;
  const e = v.val; return ${this.test(type.some, "e")};`;
        }
        return `return v === undefined || ${this.test(type.some, "v")};`;
      case "result":
        return `if (typeof v !== "object" || v === null) return false;
  const e = v.val;
  if (v.tag === "ok") return ${type.ok === undefined ? "e === undefined" : this.test(type.ok, "e")};
  if (v.tag === "err") return ${type.err === undefined ? "e === undefined" : this.test(type.err, "e")};
  return false;`;
      case "tuple":
        return `if (!Array.isArray(v) || v.length !== ${type.items.length}) return false;
  ${type.items.map((item, index) => `const e${index} = v[${index}]; if (!${this.test(item, `e${index}`)}) return false;`).join("\n  ")}
  return true;`;
      case "record":
        return `if (typeof v !== "object" || v === null) return false;
  ${type.fields.map(({ name, type: field }, index) => `const e${index} = v.${camel(name)}; if (!${this.test(field, `e${index}`)}) return false;`).join("\n  ")}
  return true;`;
      case "variant":
        return `if (typeof v !== "object" || v === null) return false;
  const e = v.val;
  switch (v.tag) {
    ${type.cases.map((item) => `case ${JSON.stringify(item.name)}: return ${item.type === undefined ? "e === undefined" : this.test(item.type, "e")};`).join("\n    ")}
    default: return false;
  }`;
      case "enum":
        return `switch (v) { ${type.cases.map(({ name }) => `case ${JSON.stringify(name)}:`).join(" ")} return true; default: return false; }`;
      case "flags":
        return `if (typeof v !== "object" || v === null) return false;
  for (const k in v) { switch (k) { ${type.flags.map(({ name }) => `case ${JSON.stringify(camel(name))}:`).join(" ")} break; default: return false; }
    const e = v[k]; if (typeof e !== "boolean" && e !== undefined) return false; }
  return true;`;
      case "stream":
        return `return typeof v === "object" && v !== null && typeof v[Symbol.asyncIterator] === "function";`;
      case "future":
        return `return typeof v === "object" && v !== null && typeof v.then === "function";`;
      default:
        return `return ${this.test(type, "v")};`;
    }
  }
}

function integer(value: string, least: number, most: number): string {
  return `(typeof ${value} === "number" && (${value} | 0) === ${value} && ${value} >= ${least} && ${value} <= ${most})`;
}
