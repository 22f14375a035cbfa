import type { NamedType, Type } from "../model/model.js";
import { jsonLine } from "./annotations.js";
import type { AliasItem, Path, TypeExpression, UseItem } from "./ast.js";

/** Writes types by their names inside one interface or world, and collects those that it must `use`. */
export class TypeNames {
  readonly #owner: string | undefined;
  readonly #owners: ReadonlyMap<NamedType, string | undefined>;
  readonly #taken: Set<string>;
  readonly #used = new Map<string, Map<string, string>>();
  /** The name of the alias that stands for JSON values. */
  #json: string | undefined;

  /** @param taken the names that the body declares itself. */
  constructor(owner: string | undefined, owners: ReadonlyMap<NamedType, string | undefined>, taken: readonly string[]) {
    this.#owner = owner;
    this.#owners = owners;
    this.#taken = new Set(taken.map((name) => name.toLowerCase()));
  }

  /** Returns the `use` items for everything that was written so far. */
  uses(path: (owner: string) => Path): UseItem[] {
    return [...this.#used].map(([owner, names]) => ({
      kind: "use",
      path: path(owner),
      names: [...names].map(([name, as]) => ({ name: { name }, ...(as === name ? {} : { as: { name: as } }) })),
    }));
  }

  /** Returns the aliases that stand for types without a name in WIT, of those that were written so far. */
  aliases(): AliasItem[] {
    if (this.#json === undefined) return [];
    return [{ docs: jsonLine, kind: "alias", name: { name: this.#json }, type: { kind: "string" } }];
  }

  expression(type: Type): TypeExpression {
    const inner = (next: Type) => this.expression(next);
    const maybe = (next: Type | undefined) => (next === undefined ? undefined : inner(next));
    switch (type.kind) {
      case "list":
        return { kind: "list", element: inner(type.element) };
      case "option":
        return { kind: "option", some: inner(type.some) };
      case "result":
        return { kind: "result", ok: maybe(type.ok), err: maybe(type.err) };
      case "tuple":
        return { kind: "tuple", items: type.items.map(inner) };
      case "stream":
        return { kind: "stream", element: maybe(type.element) };
      case "future":
        return { kind: "future", value: maybe(type.value) };
      case "own":
        return { kind: "name", name: { name: this.#name(type.resource) } };
      case "borrow":
        return { kind: "borrow", resource: { name: this.#name(type.resource) } };
      case "map":
        return { kind: "map", key: inner(type.key), value: inner(type.value) };
      case "json":
        this.#json ??= this.#take("json", "json-value");
        return { kind: "name", name: { name: this.#json } };
      case "recursive":
        return { kind: "name", name: { name: this.#name(type.target) } };
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return { kind: "name", name: { name: this.#name(type) } };
      default:
        return { kind: type.kind };
    }
  }

  #name(type: NamedType): string {
    const owner = this.#owners.get(type);
    if (owner === undefined || owner === this.#owner) return type.name;
    const names = this.#used.get(owner) ?? new Map<string, string>();
    this.#used.set(owner, names);
    const known = names.get(type.name);
    if (known !== undefined) return known;
    let name = type.name;
    for (let prefix = `${owner}-`; this.#taken.has(name.toLowerCase()); prefix += "x-") name = `${prefix}${type.name}`;
    this.#taken.add(name.toLowerCase());
    names.set(type.name, name);
    return name;
  }

  #take(wanted: string, otherwise: string): string {
    let name = wanted;
    for (let next = otherwise; this.#taken.has(name); next += "-x") name = next;
    this.#taken.add(name);
    return name;
  }
}
