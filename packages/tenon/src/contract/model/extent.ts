import { contractTooLarge } from "../../errors/factories/contract.js";
import type { FunctionType, Items, ResourceType, Type } from "./model.js";
import { innerTypes } from "./reach.js";

/** How deeply types may be nested, through the types that they name. */
export const mostLevels = 100;
/** The largest type, in parts as WIT writes it: a type that it names counts once. */
const mostWritten = 10_000;
/** The largest type, in parts with every type that it names expanded: what one value of it may consist of. */
const mostParts = 100_000;
/** The largest contract: the parts of all its types, each as WIT writes it. */
const mostInAll = 1_000_000;

interface Extent {
  readonly levels: number;
  readonly written: number;
  readonly parts: number;
}

/**
 * Limits the types of a contract. A kilobyte of text can describe a type whose values have 2^64 parts, so everything that
 * follows a type or a value relies on these limits. They are the same whether the contract is written in TypeScript, WIT or
 * JSON. Each type is measured once, however often it is used.
 *
 * @throws TENON_CONTRACT_TOO_LARGE
 */
export function expectBounded(id: string, imports: Items, exports: Items): void {
  const extents = new Extents(id);
  extents.items(imports, "imports");
  extents.items(exports, "exports");
}

class Extents {
  readonly #id: string;
  readonly #known = new Map<Type, Extent>();
  #inAll = 0;

  constructor(id: string) {
    this.#id = id;
  }

  items(items: Items, path: string): void {
    for (const [key, item] of Object.entries(items)) {
      const at = `${path}.${key}`;
      if (item.kind === "function") this.#function(item, `${at}()`);
      else if (item.kind === "resource") this.#resource(item, at);
      else this.items(item.members, at);
    }
  }

  #resource({ constructs, methods, statics }: ResourceType, path: string): void {
    if (constructs !== undefined) this.#function(constructs, `new ${path}()`);
    for (const { name, type } of [...methods, ...statics]) this.#function(type, `${path}.${name}()`);
  }

  #function({ parameters, result }: FunctionType, path: string): void {
    for (const { name, type } of parameters) this.#use(type, () => `${path}: parameter "${name}"`);
    if (result !== undefined) this.#use(result, () => `${path}: result`);
  }

  #use(type: Type, path: () => string): void {
    this.#add(this.#measure(type, 0, path), path);
  }

  #measure(type: Type, depth: number, path: () => string): Extent {
    const known = this.#known.get(type);
    if (depth + (known?.levels ?? 0) > mostLevels)
      throw contractTooLarge(this.#id, path(), `types are nested more than ${mostLevels} levels deep`, "nesting");
    if (known !== undefined) return known;
    const isNamed = type.kind === "record" || type.kind === "variant";
    let levels = 0;
    let written = 1;
    let parts = type.kind === "flags" ? 1 + type.flags.length : 1;
    for (const part of innerTypes(type)) {
      // A case without a payload is a part as well.
      if (part === undefined) {
        parts++;
        continue;
      }
      const extent = this.#measure(part, depth + 1, path);
      levels = Math.max(levels, extent.levels + 1);
      parts += extent.parts;
      if (isNamed) this.#add(extent, path);
      else written += extent.written;
    }
    if (written > mostWritten)
      throw contractTooLarge(this.#id, path(), `a type has more than ${mostWritten} parts`, "written");
    if (parts > mostParts)
      throw contractTooLarge(this.#id, path(), `the values of a type have more than ${mostParts} parts`, "parts");
    const extent = { levels, written, parts };
    this.#known.set(type, extent);
    return extent;
  }

  #add({ written }: Extent, path: () => string): void {
    this.#inAll += written;
    if (this.#inAll > mostInAll)
      throw contractTooLarge(this.#id, path(), `the contract's types have more than ${mostInAll} parts in all`, "all");
  }
}
