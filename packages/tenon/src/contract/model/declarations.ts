import { contractInvalid } from "../../errors/factories/contract.js";
import { namedTypesComparison } from "./equal.js";
import type { Declaration, FunctionType, Item, NamedType, ResourceType, Type } from "./model.js";
import { isWitName, kebab, pascal } from "./names.js";
import { holdsBorrow, innerTypes } from "./reach.js";

/** Collects the named types of a contract, each with its owner. Checks names, and where types are used. */
export class Declarations {
  readonly list: Declaration[] = [];
  readonly #id: string;
  readonly #owners: ReadonlyMap<NamedType, string | undefined>;
  readonly #exported: ReadonlySet<string>;
  readonly #seen = new Set<NamedType>();
  /** Resources whose functions are still to be looked at: each may use the next, in a chain of any length. */
  readonly #waiting: { readonly resource: ResourceType; readonly owner: string | undefined; readonly path: string }[] =
    [];
  #isEmptying = false;
  readonly #names = new Map<string, NamedType[]>();
  readonly #equal = namedTypesComparison();

  /**
   * @param owners the owners that are already known.
   * @param exported the names of exported interfaces: a resource of one that is imported as well is declared twice.
   */
  constructor(id: string, owners: ReadonlyMap<NamedType, string | undefined>, exported: ReadonlySet<string>) {
    this.#id = id;
    this.#owners = owners;
    this.#exported = exported;
  }

  func(type: FunctionType, owner: string | undefined, path: string): void {
    this.#function(type, owner, path, false);
    this.#resources();
  }

  #function(type: FunctionType, owner: string | undefined, path: string, method: boolean): void {
    this.#labels(type.parameters, path, "parameter");
    for (const parameter of type.parameters) {
      if (method && parameter.name === "self") {
        throw this.#invalid(`${path}: a method cannot have a parameter "self": that is the name of the object itself`);
      }
      this.#type(parameter.type, owner, `${path}: parameter "${parameter.name}"`, true);
    }
    if (type.result !== undefined) this.#type(type.result, owner, `${path}: result`, false);
  }

  declare(type: NamedType, user: string | undefined, path: string): void {
    this.#declare(type, user, path);
    this.#resources();
  }

  #declare(type: NamedType, user: string | undefined, path: string): void {
    if (this.#seen.has(type)) return;
    this.#seen.add(type);
    const owner = this.#owners.has(type) ? this.#owners.get(type) : user;
    if (!isWitName(type.name)) throw this.#invalid(`${path}: type "${type.name}" is not a valid WIT name`);
    this.#claim(type, owner, path);
    switch (type.kind) {
      case "record":
        this.#labels(type.fields, path, "field", "a record needs at least one field");
        for (const field of type.fields) this.#type(field.type, owner, `${path}.${field.name}`, true);
        break;
      case "variant":
        this.#labels(type.cases, path, "case", "a variant needs at least one case");
        for (const item of type.cases)
          if (item.type !== undefined) this.#type(item.type, owner, `${path}.${item.name}`, true);
        break;
      case "enum":
        this.#labels(type.cases, path, "case", "an enum needs at least one case");
        if (type.open && type.cases.some(({ name }) => name.toLowerCase() === "unrecognized"))
          throw this.#invalid(
            `${path}: an open enum cannot have a case "unrecognized": WIT has that for numbers without a name`,
          );
        break;
      case "flags":
        this.#labels(type.flags, path, "flag", "flags need at least one name");
        break;
      case "resource":
        this.#labels([...type.methods, ...type.statics], path, "function");
        this.#waiting.push({ resource: type, owner, path });
        return;
    }
    this.list.push(Object.freeze({ type, owner }));
  }

  #resources(): void {
    if (this.#isEmptying) return;
    this.#isEmptying = true;
    // The list grows while it is read.
    for (const { resource, owner, path } of this.#waiting) {
      const { constructs, methods, statics } = resource;
      if (constructs !== undefined) this.#function(constructs, owner, `new ${pascal(resource.name)}()`, false);
      for (const item of methods) this.#function(item.type, owner, `${path}.${item.name}()`, true);
      for (const item of statics) this.#function(item.type, owner, `${path}.${item.name}()`, false);
      this.list.push(Object.freeze({ type: resource, owner }));
    }
    this.#waiting.length = 0;
    this.#isEmptying = false;
  }

  /** Checks that no function has the same name as a type next to it: WIT has one namespace for both. */
  checkNames(owner: string | undefined, items: readonly (readonly [string, Item])[], path: string): void {
    for (const [key, item] of items) {
      if (item.kind === "function" && this.#names.has(`${owner ?? ""}/${kebab(key)}`)) {
        throw contractInvalid(
          this.#id,
          `${path}.${key}: a function and a type are both called "${kebab(key)}"`,
          "Rename one of them: WIT has one namespace for both.",
        );
      }
    }
  }

  #claim(type: NamedType, owner: string | undefined, path: string): void {
    const key = `${owner ?? ""}/${type.name.toLowerCase()}`;
    const others = this.#names.get(key) ?? [];
    const twice =
      owner !== undefined && this.#exported.has(owner) && others.length === 1 && this.#equal(others[0]!, type);
    if (others.length > 0 && !twice)
      throw this.#invalid(`${path}: type "${type.name}" is declared twice, and the two declarations differ`);
    this.#names.set(key, [...others, type]);
  }

  #type(type: Type, owner: string | undefined, path: string, borrows: boolean): void {
    if (!borrows && type.kind === "borrow") throw this.#invalid(`${path}: a borrow is allowed only in parameters`);
    if (type.kind === "tuple" && type.items.length === 0)
      throw this.#invalid(`${path}: a tuple needs at least one item`);
    if (type.kind === "own" || type.kind === "borrow") this.#declare(type.resource, owner, path);
    else if (type.kind === "recursive") {
      if (type.target === undefined)
        throw this.#invalid(`${path}: a recursive type is used that was never defined: its definition failed`);
      this.#declare(type.target, owner, path);
    } else if ("name" in type) {
      if (!borrows && holdsBorrow(type)) {
        throw this.#invalid(`${path}: a borrow is allowed only in parameters, and "${type.name}" contains one`);
      }
      this.#declare(type, owner, path);
    } else {
      const kept = borrows && type.kind !== "stream" && type.kind !== "future";
      for (const inner of innerTypes(type)) if (inner !== undefined) this.#type(inner, owner, path, kept);
    }
  }

  #labels(labels: readonly { readonly name: string }[], path: string, what: string, whenEmpty?: string): void {
    if (labels.length === 0 && whenEmpty !== undefined) throw this.#invalid(`${path}: ${whenEmpty}`);
    const names = new Set<string>();
    for (const { name } of labels) {
      if (!isWitName(name)) throw this.#invalid(`${path}: ${what} "${name}" is not a valid WIT name`);
      if (names.has(name.toLowerCase())) throw this.#invalid(`${path}: ${what} "${name}" is declared twice`);
      names.add(name.toLowerCase());
    }
  }

  #invalid(message: string) {
    return contractInvalid(this.#id, message);
  }
}
