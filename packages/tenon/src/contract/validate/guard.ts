import type { RecordType, Type, VariantType } from "../model/model.js";
import { camel } from "../model/names.js";
import { holdsRecursion, mostInItself } from "../model/reach.js";
import { closureCopy } from "./closures.js";
import { generatedFunction } from "./generated-function.js";
import { copyJson, isJson } from "./json-values.js";
import { mapParts } from "./map-parts.js";
import { ownBytes } from "./own-bytes.js";
import { unfit } from "./unfit.js";

/**
 * Whether a value has a type. A guard is generated source: closures would cost a call for each level, and a guard runs in
 * every inline call. `explain.ts` says why a value does not have its type, and runs only then.
 *
 * @param depth how often the value is inside another one of its recursive type.
 */
export type Guard = (value: unknown, depth?: number) => boolean;

/**
 * Returns a value as it was read while it was checked, or {@link unfit} if it does not have its type. A value that is still
 * in the hands of a plugin (an object with getters, a proxy, an array that changes later) is read only once, and what the
 * host gets is what was checked. Text, numbers and handles are returned as they are, and bytes as a view of the same memory.
 */
export type CheckedCopy = (value: unknown, depth?: number) => unknown;

const guards = new WeakMap<Type, Guard>();
const copies = new WeakMap<Type, CheckedCopy>();

/** Compiles a type to its guard. The result is cached. */
export function compileGuard(type: Type): Guard {
  let guard = guards.get(type);
  if (guard === undefined) {
    const source = new GuardSource(type);
    const test = source.test(type, "v", "d");
    guard = source.evaluate(`return (v, d = 0) => ${test};`) as Guard | undefined;
    if (guard === undefined) {
      const copy = closureCopy(type);
      guard = (value, depth) => copy(value, depth) !== unfit;
    }
    guards.set(type, guard);
  }
  return guard;
}

/** Compiles a type to its checked copy. The result is cached. */
export function compileCheckedCopy(type: Type): CheckedCopy {
  let copy = copies.get(type);
  if (copy === undefined) {
    const source = new GuardSource(type);
    const taken = source.copied(type, "v", "c", "return unfit;", "d");
    copy =
      (source.evaluate(`return (v, d = 0) => { ${taken} return c; };`) as CheckedCopy | undefined) ?? closureCopy(type);
    copies.set(type, copy);
  }
  return copy;
}

/** Whether a value of the type can change after it was checked, so that it must be copied. */
export function isChangeable(type: Type): boolean {
  switch (type.kind) {
    case "list":
    case "record":
    case "tuple":
    case "variant":
    case "result":
    case "flags":
    case "map":
    case "json":
    case "recursive":
      return true;
    case "option":
      return type.some.kind === "option" || isChangeable(type.some);
    default:
      return false;
  }
}

/**
 * How many fields, cases and the like one piece of generated code contains. What is larger calls the guard of a part, which
 * is compiled once, however many functions use it: so the code for all functions of a contract is not much longer than it.
 */
const mostParts = 256;

/** Collects the helper functions of one piece of generated code. It expects {@link links} in its scope under that name. */
export class GuardSource {
  readonly #helpers: string[] = [];
  readonly #names = { is: new Map<Type, string>(), copy: new Map<Type, string>() };
  readonly #root: Type | undefined;
  #parts = 0;
  /** Functions that the code calls by these names. */
  readonly links: Record<string, (value: any, depth?: number) => unknown> = {
    bytes: ownBytes,
    isJson: (value) => isJson(value),
    json: (value) => copyJson(value),
    mapParts,
  };

  /** @param root the type that the code is for, which is compiled here whatever its size. */
  constructor(root?: Type) {
    this.#root = root;
  }

  /**
   * Returns an expression that is true if `value` (a plain identifier) has the type.
   *
   * @param depth an expression: how often the value is inside another one of its recursive type.
   */
  test(type: Type, value: string, depth = "0"): string {
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
      case "json":
        return `links.isJson(${value})`;
      case "recursive":
        return `${this.#helper("is", type.target)}(${value}, ${depth} + 1)`;
      default:
        return `${this.#helper("is", type)}(${value}${deeper(type, depth)})`;
    }
  }

  /**
   * Returns statements that declare `target` as the checked copy of `source` (an expression that is evaluated once).
   *
   * @param fail the statement for a value that does not have the type.
   */
  copied(type: Type, source: string, target: string, fail: string, depth = "0"): string {
    if (!isChangeable(type)) return `const ${target} = ${source}; if (!${this.test(type, target)}) ${fail}`;
    const copy =
      type.kind === "json"
        ? `links.json(${source})`
        : type.kind === "recursive"
          ? `${this.#helper("copy", type.target)}(${source}, ${depth} + 1)`
          : `${this.#helper("copy", type)}(${source}${deeper(type, depth)})`;
    return `const ${target} = ${copy}; if (${target} === unfit) ${fail}`;
  }

  /** Returns `undefined` if this process may not generate code. */
  evaluate(body: string): unknown {
    const source = `"use strict";\nconst unfit = links.unfit;\n${this.helpers}\n${body}`;
    return generatedFunction(["links"], source)?.({ ...this.links, unfit });
  }

  get helpers(): string {
    return this.#helpers.join("\n");
  }

  #helper(purpose: "is" | "copy", type: Type): string {
    const names = this.#names[purpose];
    const known = names.get(type);
    if (known !== undefined) return known;
    const name = `${purpose}${names.size}`;
    const parts = partsOf(type);
    if (type !== this.#root && this.#parts + parts > mostParts) {
      names.set(type, `links.${name}`);
      const compile = purpose === "is" ? compileGuard : compileCheckedCopy;
      // Compiled when the first value arrives.
      this.links[name] = (value, depth) => (this.links[name] = compile(type))(value, depth);
      return `links.${name}`;
    }
    names.set(type, name);
    this.#parts += parts;
    const body = purpose === "is" ? this.#guard(type) : this.#copy(type);
    const recurs = holdsRecursion(type);
    const bound = recurs && (type.kind === "record" || type.kind === "variant") ? boundOf(type, purpose) : "";
    this.#helpers.push(`function ${name}(v${recurs ? ", d" : ""}) {\n${bound}${body}\n}`);
    return name;
  }

  #guard(type: Type): string {
    switch (type.kind) {
      case "char":
        return `if (typeof v !== "string" || v.length === 0 || v.length > 2) return false;
  const c = v.codePointAt(0); return c > 65535 ? v.length === 2 : v.length === 1 && (c < 55296 || c > 57343);`;
      case "list":
        if (type.element.kind === "u8") return "return v instanceof Uint8Array;";
        return `if (!Array.isArray(v)) return false;
  for (let i = 0; i < v.length; i++) { const e = v[i]; if (!${this.test(type.element, "e", "d")}) return false; }
  return true;`;
      case "option":
        if (type.some.kind === "option") {
          return `if (typeof v !== "object" || v === null) return false;
  if (v.tag === "none") return true;
  if (v.tag !== "some") return false;
  const e = v.val; return ${this.test(type.some, "e", "d")};`;
        }
        return `return v === undefined || ${this.test(type.some, "v", "d")};`;
      case "result":
        return `if (typeof v !== "object" || v === null) return false;
  const e = v.val;
  if (v.tag === "ok") return ${type.ok === undefined ? "e === undefined" : this.test(type.ok, "e", "d")};
  if (v.tag === "err") return ${type.err === undefined ? "e === undefined" : this.test(type.err, "e", "d")};
  return false;`;
      case "tuple":
        return `if (!Array.isArray(v) || v.length !== ${type.items.length}) return false;
  ${type.items.map((item, index) => `const e${index} = v[${index}]; if (!${this.test(item, `e${index}`, "d")}) return false;`).join("\n  ")}
  return true;`;
      case "record":
        return `if (typeof v !== "object" || v === null) return false;
  ${type.fields.map(({ name, type: field }, index) => `const e${index} = v.${camel(name)}; if (!${this.test(field, `e${index}`, "d")}) return false;`).join("\n  ")}
  return true;`;
      case "variant":
        return `if (typeof v !== "object" || v === null) return false;
  const e = v.val;
  switch (v.tag) {
    ${type.cases.map((item) => `case ${JSON.stringify(item.name)}: return ${item.type === undefined ? "e === undefined" : this.test(item.type, "e", "d")};`).join("\n    ")}
    default: return false;
  }`;
      case "enum":
        return `switch (v) { ${type.cases.map(({ name }) => `case ${JSON.stringify(name)}:`).join(" ")} return true; default: return ${type.open ? 'typeof v === "number" && (v | 0) === v' : "false"}; }`;
      case "flags":
        return `if (typeof v !== "object" || v === null) return false;
  for (const k in v) { switch (k) { ${type.flags.map(({ name }) => `case ${JSON.stringify(camel(name))}:`).join(" ")} break; default: return false; }
    const e = v[k]; if (typeof e !== "boolean" && e !== undefined) return false; }
  return true;`;
      case "map":
        return `const p = links.mapParts(v); if (p === undefined) return false;
  for (let i = 0; i < p.length; i += 2) { const k = p[i], e = p[i + 1]; if (!(${this.test(type.key, "k")} && ${this.test(type.value, "e", "d")})) return false; }
  return true;`;
      case "stream":
        return `return typeof v === "object" && v !== null && typeof v[Symbol.asyncIterator] === "function";`;
      case "future":
        return `return typeof v === "object" && v !== null && typeof v.then === "function";`;
      default:
        return `return ${this.test(type, "v", "d")};`;
    }
  }

  #copy(type: Type): string {
    const object = `if (typeof v !== "object" || v === null) return unfit;`;
    const fail = "return unfit;";
    switch (type.kind) {
      case "list":
        if (type.element.kind === "u8") return "return links.bytes(v);";
        return `if (!Array.isArray(v)) return unfit;
  const list = [], n = v.length;
  for (let i = 0; i < n; i++) { ${this.copied(type.element, "v[i]", "e", fail, "d")} list.push(e); }
  return list;`;
      case "option":
        if (type.some.kind === "option") {
          return `${object}
  const t = v.tag;
  if (t === "none") return { tag: "none" };
  if (t !== "some") return unfit;
  ${this.copied(type.some, "v.val", "e", fail, "d")} return { tag: "some", val: e };`;
        }
        return `if (v === undefined) return undefined;
  ${this.copied(type.some, "v", "e", fail, "d")} return e;`;
      case "map":
        return `const p = links.mapParts(v); if (p === undefined) return unfit;
  const map = new Map();
  for (let i = 0; i < p.length; i += 2) { const k = p[i]; if (!${this.test(type.key, "k")}) return unfit;
    ${this.copied(type.value, "p[i + 1]", "e", fail, "d")} map.set(k, e); }
  return map;`;
      case "tuple":
        return `if (!Array.isArray(v) || v.length !== ${type.items.length}) return unfit;
  ${type.items.map((item, index) => this.copied(item, `v[${index}]`, `e${index}`, fail, "d")).join("\n  ")}
  return [${type.items.map((_, index) => `e${index}`).join(", ")}];`;
      case "record":
        return `${object}
  ${type.fields.map((field, index) => this.copied(field.type, `v.${camel(field.name)}`, `e${index}`, fail, "d")).join("\n  ")}
  return { ${type.fields.map(({ name }, index) => `${camel(name)}: e${index}`).join(", ")} };`;
      case "result":
      case "variant": {
        const cases =
          type.kind === "variant"
            ? type.cases
            : [
                { name: "ok", type: type.ok },
                { name: "err", type: type.err },
              ];
        const branches = cases.map((item) => {
          const tag = JSON.stringify(item.name);
          if (item.type === undefined) return `case ${tag}: return v.val === undefined ? { tag: ${tag} } : unfit;`;
          return `case ${tag}: { ${this.copied(item.type, "v.val", "e", fail, "d")} return { tag: ${tag}, val: e }; }`;
        });
        return `${object}
  switch (v.tag) {
    ${branches.join("\n    ")}
    default: return unfit;
  }`;
      }
      case "flags": {
        const keys = type.flags.map(({ name }) => camel(name));
        return `${object}
  for (const k in v) switch (k) { ${keys.map((key) => `case ${JSON.stringify(key)}:`).join(" ")} break; default: return unfit; }
  ${keys.map((key, index) => `const e${index} = v.${key}; if (typeof e${index} !== "boolean" && e${index} !== undefined) return unfit;`).join("\n  ")}
  return { ${keys.map((key, index) => `${key}: e${index} === true`).join(", ")} };`;
      }
      default:
        return `return ${this.test(type, "v")} ? v : unfit;`;
    }
  }
}

function partsOf(type: Type): number {
  switch (type.kind) {
    case "record":
      return type.fields.length;
    case "variant":
    case "enum":
      return type.cases.length;
    case "flags":
      return type.flags.length;
    case "tuple":
      return type.items.length;
    default:
      return 1;
  }
}

/** The argument that a helper of a recursive type takes as well. */
function deeper(type: Type, depth: string): string {
  return holdsRecursion(type) ? `, ${depth}` : "";
}

/** The statement that ends a value that contains itself too often, before the stack does. */
function boundOf(type: RecordType | VariantType, purpose: "is" | "copy"): string {
  return `if (d > ${mostInItself(type)}) return ${purpose === "is" ? "false" : "unfit"};\n`;
}

function integer(value: string, least: number, most: number): string {
  return `(typeof ${value} === "number" && (${value} | 0) === ${value} && ${value} >= ${least} && ${value} <= ${most})`;
}
