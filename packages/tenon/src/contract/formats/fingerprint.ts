import { createHash } from "node:crypto";
import type { Contract, FunctionType, Item, Items, NamedFunction, NamedType, Type } from "../model/model.js";
import { kebab } from "../model/names.js";
import { namedTypesInOrder } from "../model/reach.js";

/**
 * Returns the fingerprint of a contract's content: `sha256:` and 64 hexadecimal digits.
 *
 * Contracts that mean the same have the same fingerprint, whether they are written in TypeScript, WIT or JSON, and
 * whatever their documentation and version. It differs if an item, a type, a name or the order of any of them differs,
 * since a call may name its function by number. It is stable across runs, machines and releases of Tenon.
 */
export function fingerprint(contract: Contract): string {
  return `sha256:${createHash("sha256")
    .update(JSON.stringify(canonical(contract)))
    .digest("hex")}`;
}

type Form = string | number | boolean | null | readonly Form[];

function canonical(contract: Contract): Form {
  const form = new CanonicalForm(contract);
  const items: Form = [form.items(contract.imports), form.items(contract.exports)];
  return ["tenon", 1, contract.namespace, contract.package, contract.world, items, form.types()];
}

/** Only arrays, so that there is one way to write it as text. Types are numbered in the order in which they occur. */
class CanonicalForm {
  readonly #numbers: ReadonlyMap<NamedType, number>;
  readonly #owners: ReadonlyMap<NamedType, string | undefined>;

  constructor(contract: Contract) {
    this.#owners = new Map(contract.declarations.map(({ type, owner }) => [type, owner]));
    this.#numbers = new Map(namedTypesInOrder(contract).map((type, index) => [type, index]));
  }

  /** The content of every named type, by its number. */
  types(): Form {
    return [...this.#numbers.keys()].map((type) => [
      type.kind,
      this.#owners.get(type) ?? null,
      type.name,
      this.#content(type),
    ]);
  }

  items(items: Items): Form {
    return Object.entries(items).map(([key, item]) => [kebab(key), this.#item(item)]);
  }

  #item(item: Item): Form {
    if (item.kind === "function") return this.#function(item);
    if (item.kind === "resource") return ["resource", this.#named(item)];
    return ["interface", item.id ?? null, this.items(item.members)];
  }

  #function(type: FunctionType): Form {
    const parameters = type.parameters.map((parameter): Form => [parameter.name, this.#type(parameter.type)]);
    return ["function", type.async, type.optional, parameters, this.#type(type.result)];
  }

  #type(type: Type | undefined): Form {
    if (type === undefined) return null;
    switch (type.kind) {
      case "list":
        return ["list", this.#type(type.element)];
      case "option":
        return ["option", this.#type(type.some)];
      case "result":
        return ["result", this.#type(type.ok), this.#type(type.err)];
      case "tuple":
        return ["tuple", ...type.items.map((item) => this.#type(item))];
      case "stream":
        return ["stream", this.#type(type.element)];
      case "future":
        return ["future", this.#type(type.value)];
      case "own":
      case "borrow":
        return [type.kind, this.#named(type.resource)];
      case "map":
        return ["map", this.#type(type.key), this.#type(type.value)];
      case "recursive":
        return ["type", this.#named(type.target)];
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return ["type", this.#named(type)];
      default:
        return type.kind;
    }
  }

  #named(type: NamedType): number {
    return this.#numbers.get(type)!;
  }

  #content(type: NamedType): Form {
    switch (type.kind) {
      case "record":
        return type.fields.map((field) => [field.name, this.#type(field.type)]);
      case "variant":
        return type.cases.map((item) => [item.name, this.#type(item.type)]);
      case "enum":
        return [...type.cases.map(({ name }) => name), ...(type.open ? [true] : [])];
      case "flags":
        return type.flags.map(({ name }) => name);
      case "resource": {
        const functions = (list: readonly NamedFunction[]): Form =>
          list.map((item) => [item.name, this.#function(item.type)]);
        const constructs = type.constructs === undefined ? null : this.#function(type.constructs);
        return [constructs, functions(type.methods), functions(type.statics)];
      }
    }
  }
}
