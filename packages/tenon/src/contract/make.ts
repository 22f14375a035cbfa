import { errors } from "../errors/index.js";
import type { Contract, Declaration, FunctionType, Items, NamedType, ResourceType, Type } from "./model.js";
import { isWitName, kebab, pascal } from "./names.js";

const idForm = /^(?<namespace>[^:/@]+):(?<package>[^:/@]+)(?:\/(?<world>[^:/@]+))?(?:@(?<version>[0-9A-Za-z.+-]+))?$/;

/** Validates the parts, settles which interface declares each named type, and freezes the whole. */
export function makeContract<I extends Items, E extends Items>(id: string, imports: I, exports: E, docs?: string): Contract<I, E> {
  const parts = idForm.exec(id)?.groups;
  if (parts === undefined) {
    throw invalid(id, "expected namespace:package@version or namespace:package/world@version");
  }
  const { namespace = "", package: name = "", world = name, version } = parts;
  for (const part of [namespace, name, world]) if (!isWitName(part)) throw invalid(id, `"${part}" is not a WIT name`);
  const declarations = new Declarations(id);
  // A world may use an interface's types, never the other way round: interfaces are visited first.
  for (const side of [imports, exports]) {
    for (const [key, item] of Object.entries(side)) {
      if (item.kind !== "interface") continue;
      const owner = itemName(id, key);
      for (const [memberKey, member] of Object.entries(item.members)) {
        const path = `${key}.${memberKey}`;
        if (member.kind === "resource") {
          expectClassName(id, memberKey, member);
          declarations.resource(member, owner, path, side === imports);
        } else declarations.func(member, owner, `${path}()`, itemName(id, memberKey));
      }
    }
  }
  for (const side of [imports, exports]) {
    for (const [key, item] of Object.entries(side)) {
      if (item.kind === "function") declarations.func(item, undefined, `${key}()`, itemName(id, key));
      else if (item.kind === "resource") {
        if (side === (exports as Items)) {
          throw invalid(id, `exports.${key}: an exported resource must be a member of an interface: t.interface({ ${key} })`);
        }
        expectClassName(id, key, item);
        declarations.resource(item, undefined, key, true);
      }
    }
  }
  const seen = new Map<string, string>();
  for (const [sideName, side] of [["imports", imports], ["exports", exports]] as const) {
    seen.clear();
    for (const [key, item] of Object.entries(side)) {
      const witName = item.kind === "interface" && item.id !== undefined ? item.id : kebab(key);
      if (seen.has(witName)) throw invalid(id, `${sideName}.${key}: "${witName}" is declared twice`);
      seen.set(witName, key);
    }
  }
  return Object.freeze({ id, namespace, package: name, version, world, docs, imports, exports, declarations: Object.freeze(declarations.list) });
}

class Declarations {
  readonly list: Declaration[] = [];
  readonly #seen = new Set<NamedType>();
  readonly #names = new Map<string, NamedType>();
  readonly #importedResources = new Map<ResourceType, boolean>();

  constructor(readonly id: string) {}

  func(type: FunctionType, owner: string | undefined, path: string, _name?: string): void {
    const names = new Set<string>();
    for (const parameter of type.parameters) {
      if (!isWitName(parameter.name)) throw invalid(this.id, `${path}: parameter "${parameter.name}" is not a WIT name`);
      if (names.has(parameter.name)) throw invalid(this.id, `${path}: parameter "${parameter.name}" is declared twice`);
      names.add(parameter.name);
      this.type(parameter.type, owner, `${path}: parameter "${parameter.name}"`, true);
    }
    if (type.result !== undefined) this.type(type.result, owner, `${path}: result`, false);
  }

  resource(resource: ResourceType, owner: string | undefined, path: string, imported: boolean): void {
    const before = this.#importedResources.get(resource);
    if (before !== undefined && before !== imported) {
      throw invalid(this.id, `${path}: resource "${resource.name}" is both imported and exported; declare one for each side`);
    }
    this.#importedResources.set(resource, imported);
    this.declare(resource, owner, path);
  }

  declare(type: NamedType, owner: string | undefined, path: string): void {
    if (this.#seen.has(type)) return;
    this.#seen.add(type);
    if (!isWitName(type.name)) throw invalid(this.id, `${path}: type "${type.name}" is not a WIT name`);
    const key = `${owner ?? ""}/${type.name}`;
    if (this.#names.has(key)) throw invalid(this.id, `${path}: type "${type.name}" is declared twice with different meanings`);
    this.#names.set(key, type);
    switch (type.kind) {
      case "record":
        this.labels(type.fields, path, "field", "a record needs at least one field");
        for (const field of type.fields) this.type(field.type, owner, `${path}.${field.name}`, true);
        break;
      case "variant":
        this.labels(type.cases, path, "case", "a variant needs at least one case");
        for (const item of type.cases) if (item.type !== undefined) this.type(item.type, owner, `${path}.${item.name}`, true);
        break;
      case "enum":
        this.labels(type.cases, path, "case", "an enum needs at least one case");
        break;
      case "flags":
        this.labels(type.flags, path, "flag", "flags need at least one name");
        break;
      case "resource":
        if (type.constructs !== undefined) this.func(type.constructs, owner, `new ${pascal(type.name)}()`);
        this.labels([...type.methods, ...type.statics], path, "function");
        for (const item of type.methods) this.func(item.type, owner, `${path}.${item.name}()`);
        for (const item of type.statics) {
          if (item.name === "new") throw invalid(this.id, `${path}: a static function cannot be called "new", which makes an object`);
          this.func(item.type, owner, `${path}.${item.name}()`);
        }
        break;
    }
    this.list.push(Object.freeze({ type, owner }));
  }

  type(type: Type, owner: string | undefined, path: string, borrows: boolean): void {
    switch (type.kind) {
      case "list":
        return this.type(type.element, owner, path, borrows);
      case "option":
        return this.type(type.some, owner, path, borrows);
      case "result":
        if (type.ok !== undefined) this.type(type.ok, owner, path, borrows);
        if (type.err !== undefined) this.type(type.err, owner, path, borrows);
        return;
      case "tuple":
        if (type.items.length === 0) throw invalid(this.id, `${path}: a tuple needs at least one item`);
        for (const item of type.items) this.type(item, owner, path, borrows);
        return;
      case "stream":
        if (type.element !== undefined) this.type(type.element, owner, path, false);
        return;
      case "future":
        if (type.value !== undefined) this.type(type.value, owner, path, false);
        return;
      case "borrow":
        if (!borrows) throw invalid(this.id, `${path}: a borrow may stand only in parameters`);
        return this.declare(type.resource, owner, path);
      case "own":
        return this.declare(type.resource, owner, path);
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.declare(type, owner, path);
    }
  }

  labels(labels: readonly { readonly name: string }[], path: string, what: string, whenEmpty?: string): void {
    if (labels.length === 0 && whenEmpty !== undefined) throw invalid(this.id, `${path}: ${whenEmpty}`);
    const names = new Set<string>();
    for (const { name } of labels) {
      if (!isWitName(name)) throw invalid(this.id, `${path}: ${what} "${name}" is not a WIT name`);
      if (names.has(name)) throw invalid(this.id, `${path}: ${what} "${name}" is declared twice`);
      names.add(name);
    }
  }
}

function itemName(id: string, key: string): string {
  const name = kebab(key);
  if (!isWitName(name)) throw invalid(id, `"${key}" is not a name that WIT can have`);
  return name;
}

function expectClassName(id: string, key: string, resource: ResourceType): void {
  if (key !== pascal(resource.name)) {
    throw invalid(id, `"${key}": the resource "${resource.name}" must stand under the key "${pascal(resource.name)}"`);
  }
}

function invalid(id: string, message: string) {
  return errors.TENON_CONTRACT_INVALID({ message: `contract ${id}: ${message}`, subject: id });
}
