import type {
  Contract,
  FunctionType,
  Item,
  Items,
  NamedFunction,
  NamedType,
  ResourceType,
  Type,
} from "../model/model.js";
import type {
  ContractDocument,
  FunctionDocument,
  FunctionItemDocument,
  ItemDocument,
  NamedFunctionDocument,
  ResourceItemDocument,
  TypeDocument,
  TypeExpression,
} from "./document.js";
import { typeReferences } from "./references.js";

/** Returns the contract as a JSON document, without loss: `contractFromJson` returns an equal contract. */
export function contractToJson(contract: Contract): ContractDocument {
  const writer = new Writer(typeReferences(contract));
  return {
    tenon: 1,
    id: contract.id,
    ...documented(contract),
    types: contract.declarations.map(({ type, owner }) => writer.declaration(type, owner)),
    imports: writer.items(contract.imports),
    exports: writer.items(contract.exports),
  };
}

class Writer {
  readonly #references: ReadonlyMap<NamedType, string>;

  constructor(references: ReadonlyMap<NamedType, string>) {
    this.#references = references;
  }

  items(items: Items): ItemDocument[] {
    return Object.entries(items).map(([name, item]) => this.#item(name, item));
  }

  #item(name: string, item: Item): ItemDocument {
    if (item.kind !== "interface") return this.#member(name, item);
    const members = Object.entries(item.members).map(([member, type]) => this.#member(member, type));
    return { kind: "interface", name, ...(item.id === undefined ? {} : { id: item.id }), ...documented(item), members };
  }

  #member(name: string, item: FunctionType | ResourceType): FunctionItemDocument | ResourceItemDocument {
    if (item.kind === "function") return { kind: "function", name, ...this.#function(item) };
    return { kind: "resource", name, type: this.#reference(item) };
  }

  declaration(type: NamedType, owner: string | undefined): TypeDocument {
    const head = <K extends string>(kind: K) => ({
      kind,
      name: type.name,
      ...(owner === undefined ? {} : { owner }),
      ...documented(type),
    });
    switch (type.kind) {
      case "record":
        return {
          ...head("record"),
          fields: type.fields.map((field) => ({
            name: field.name,
            type: this.#type(field.type),
            ...documented(field),
          })),
        };
      case "variant":
        return {
          ...head("variant"),
          cases: type.cases.map((item) => ({
            name: item.name,
            ...(item.type === undefined ? {} : { type: this.#type(item.type) }),
            ...documented(item),
          })),
        };
      case "enum":
        return {
          ...head("enum"),
          cases: type.cases.map((item) => ({ name: item.name, ...documented(item) })),
          ...(type.open ? { open: true } : {}),
        };
      case "flags":
        return { ...head("flags"), flags: type.flags.map((item) => ({ name: item.name, ...documented(item) })) };
      case "resource":
        return {
          ...head("resource"),
          constructs: type.constructs === undefined ? null : this.#function(type.constructs),
          methods: type.methods.map((item) => this.#namedFunction(item)),
          statics: type.statics.map((item) => this.#namedFunction(item)),
        };
    }
  }

  #namedFunction({ name, type }: NamedFunction): NamedFunctionDocument {
    return { name, ...this.#function(type) };
  }

  #function(type: FunctionType): FunctionDocument {
    return {
      parameters: type.parameters.map((parameter) => ({ name: parameter.name, type: this.#type(parameter.type) })),
      ...(type.result === undefined ? {} : { result: this.#type(type.result) }),
      ...(type.async ? { async: true as const } : {}),
      ...(type.optional ? { optional: true as const } : {}),
      ...documented(type),
    };
  }

  #type(type: Type): TypeExpression {
    switch (type.kind) {
      case "list":
        if (type.owned) return { own: { list: "u8" } };
        return { list: this.#type(type.element) };
      case "option":
        return { option: this.#type(type.some) };
      case "result":
        return { result: { ok: this.#payload(type.ok), err: this.#payload(type.err) } };
      case "tuple":
        return { tuple: type.items.map((item) => this.#type(item)) };
      case "stream":
        return { stream: this.#payload(type.element) };
      case "future":
        return { future: this.#payload(type.value) };
      case "own":
        return { own: this.#reference(type.resource) };
      case "borrow":
        return { borrow: this.#reference(type.resource) };
      case "map":
        return { map: { key: type.key.kind, value: this.#type(type.value) } };
      case "recursive":
        return { ref: this.#reference(type.target) };
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return { ref: this.#reference(type) };
      default:
        return type.kind;
    }
  }

  #payload(type: Type | undefined): TypeExpression | null {
    return type === undefined ? null : this.#type(type);
  }

  #reference(type: NamedType): string {
    return this.#references.get(type)!;
  }
}

function documented({ docs }: { readonly docs?: string | undefined }): { docs?: string } {
  return docs === undefined ? {} : { docs };
}
