import { invalidComponent, unsupportedInComponent } from "../../../errors/factories/binary.js";
import type { ExternType, Sort } from "../decode/model.js";
import { makeInstance, makeResource, renamed } from "./make-types.js";
import { itemMismatch } from "./mismatch.js";
import { nameTypes } from "./named-types.js";
import { pathsTo } from "./resources.js";
import type { Scope } from "./scope.js";
import { Substitution } from "./substitution.js";
import { type ResolvedInstance, type ResolvedItem, Resource } from "./types.js";

/** Resolves the declared type of an import or export. */
export function externItem(type: ExternType, scope: Scope, offset: number): ResolvedItem {
  switch (type.kind) {
    case "core-module": {
      const found = scope.coreType(type.type, offset);
      if (found.kind !== "core-module") throw invalidComponent(`core type ${type.type} is not a module type`, offset);
      return { kind: "core-module", type: found };
    }
    case "function":
      return { kind: "function", type: scope.functionType(type.type, offset) };
    case "value":
      throw unsupportedInComponent("values as imports or exports, which are not final", offset);
    case "type": {
      if (type.equals === undefined) {
        const resource = makeResource();
        return { kind: "type", type: resource, of: resource };
      }
      const of = scope.type(type.equals, offset);
      return { kind: "type", type: renamed(of), of };
    }
    case "instance":
    case "component": {
      const found = scope.type(type.type, offset);
      if (found.kind !== type.kind)
        throw invalidComponent(`type ${type.type} is a ${found.kind}, not a ${type.kind} type`, offset);
      return { kind: found.kind, type: found } as ResolvedItem;
    }
  }
}

/** Returns an item by its sort and index. */
export function itemAt(sort: Sort, index: number, scope: Scope, offset: number): ResolvedItem {
  switch (sort) {
    case "core-module":
      return { kind: sort, type: scope.coreModule(index, offset) };
    case "function":
      return { kind: sort, type: scope.function(index, offset) };
    case "type": {
      const type = scope.type(index, offset);
      return { kind: sort, type, of: type };
    }
    case "component":
      return { kind: sort, type: scope.component(index, offset) };
    case "instance":
      return { kind: sort, type: scope.instance(index, offset) };
    default:
      throw invalidComponent(`a ${sort} is not allowed here`, offset);
  }
}

export function addImport(name: string, type: ExternType, scope: Scope, offset: number): void {
  let item = externItem(type, scope, offset);
  if (item.kind === "instance") item = { kind: "instance", type: importedInstance(name, item.type, scope, offset) };
  if (item.kind === "type" && item.type === item.of && item.type.kind === "resource")
    scope.importedResources.set(item.type.resource, [name]);
  add("import", name, item, scope, offset);
}

/** Adds the export of an existing item. */
export function addExport(
  { name, sort, index, type }: { name: string; sort: Sort; index: number; type: ExternType | undefined },
  scope: Scope,
  offset: number,
): void {
  const plain = itemAt(sort, index, scope, offset);
  const actual: ResolvedItem = plain.kind === "type" ? { ...plain, type: renamed(plain.of) } : plain;
  if (type === undefined) {
    add("export", name, actual, scope, offset);
    return;
  }
  const said = externItem(type, scope, offset);
  const why = itemMismatch(actual, said, scope.work);
  if (why !== undefined)
    throw invalidComponent(`the export "${name}" does not match its declared type: ${why}`, offset);
  declareExport(name, said, scope, offset);
}

/** Adds an export that is only declared, as in component and instance types. */
export function declareExport(name: string, item: ResolvedItem, scope: Scope, offset: number): void {
  let declared = item;
  if (item.kind === "instance" && item.type.fresh.length > 0) {
    const { instance, resources } = freshened(item.type, scope, offset);
    for (const resource of resources.values()) scope.definedResources.set(resource, false);
    declared = { kind: "instance", type: instance };
  }
  if (item.kind === "type" && item.type === item.of && item.type.kind === "resource")
    scope.definedResources.set(item.type.resource, false);
  add("export", name, declared, scope, offset);
}

function add(side: "import" | "export", name: string, item: ResolvedItem, scope: Scope, offset: number): void {
  scope.push(item);
  scope.expectRoom(offset);
  if (!nameTypes(side, item, scope))
    throw invalidComponent(`the ${side} "${name}" uses a type that has no name among the ${side}s`, offset);
  const names = side === "import" ? scope.imports : scope.exports;
  names.add(name, item, offset);
}

/** An imported instance has its own resources, which the component may use from now on. */
function importedInstance(name: string, type: ResolvedInstance, scope: Scope, offset: number): ResolvedInstance {
  if (type.fresh.length === 0) return type;
  const paths = pathsTo(type.fresh, type.exports, scope.work);
  const { instance, resources } = freshened(type, scope, offset);
  for (const [old, resource] of resources) scope.importedResources.set(resource, [name, ...(paths.get(old) ?? [])]);
  return instance;
}

/** Returns an instance of a type with new resources in place of those that the type only names. */
function freshened(type: ResolvedInstance, scope: Scope, offset: number) {
  const resources = new Map(type.fresh.map((resource) => [resource, new Resource()]));
  const substitution = new Substitution({ resources, types: new Map() }, scope.work);
  const exports = new Map([...type.exports].map(([name, item]) => [name, substitution.item(item)]));
  return { instance: makeInstance(exports, [], offset), resources };
}
