import { invalidComponent } from "../../../errors/factories/binary.js";
import type { NamedItem } from "../decode/model.js";
import { type CoreItem, coreMismatch } from "./core-types.js";
import { ExternNames } from "./extern-names.js";
import { itemAt } from "./externs.js";
import { makeInstance } from "./make-types.js";
import { matchItems } from "./match-items.js";
import { type CoreInstance, entry, type Scope } from "./scope.js";
import { Substitution } from "./substitution.js";
import { type ResolvedInstance, type ResolvedItem, Resource } from "./types.js";

/** Returns the instance of a core module, after checking that the arguments satisfy its imports. */
export function instantiateModule(
  index: number,
  given: readonly NamedItem[],
  scope: Scope,
  offset: number,
): CoreInstance {
  const module = scope.coreModule(index, offset);
  const instances = new Map<string, CoreInstance>();
  for (const { name, index: instance } of given) {
    if (instances.has(name)) throw invalidComponent(`the argument "${name}" is duplicated`, offset);
    instances.set(name, scope.coreInstance(instance, offset));
  }
  scope.work.spend(module.imports.length);
  for (const { module: from, name, item } of module.imports) {
    const instance = instances.get(from);
    if (instance === undefined)
      throw invalidComponent(`core module ${index} imports from "${from}", but no such argument is given`, offset);
    const found = instance.get(name);
    if (found === undefined)
      throw invalidComponent(`core module ${index} imports "${name}" from "${from}", which does not export it`, offset);
    const why = coreMismatch(found, item);
    if (why !== undefined)
      throw invalidComponent(`core module ${index} imports "${name}" from "${from}": ${why}`, offset);
  }
  return module.exports;
}

/** Returns a core instance built from named items. */
export function bundleCore(exports: readonly NamedItem[], scope: Scope, offset: number): CoreInstance {
  const found = new Map<string, CoreItem>();
  for (const { name, sort, index } of exports) {
    if (found.has(name)) throw invalidComponent(`the export "${name}" is duplicated`, offset);
    found.set(name, coreItem(sort, index, scope, offset));
  }
  return found;
}

function coreItem(sort: string, index: number, scope: Scope, offset: number): CoreItem {
  switch (sort) {
    case "core-function":
      return { kind: "function", signature: scope.coreFunction(index, offset) };
    case "core-table":
      return entry(scope.coreTables, index, "core table", offset);
    case "core-memory":
      return entry(scope.coreMemories, index, "core memory", offset);
    case "core-global":
      return entry(scope.coreGlobals, index, "core global", offset);
    case "core-tag":
      return entry(scope.coreTags, index, "core tag", offset);
    default:
      throw invalidComponent(`a core instance cannot export a ${sort}`, offset);
  }
}

/** Returns the instance of a component, after checking that the arguments satisfy its imports. */
export function instantiateComponent(
  index: number,
  given: readonly NamedItem[],
  scope: Scope,
  offset: number,
): ResolvedInstance {
  const component = scope.component(index, offset);
  const items = new Map<string, ResolvedItem>();
  for (const { name, sort, index: item } of given) {
    if (items.has(name)) throw invalidComponent(`the argument "${name}" is duplicated`, offset);
    items.set(name, itemAt(sort, item, scope, offset));
  }
  const renaming = matchItems(items, component.imports, component.importedResources, scope.work);
  if (typeof renaming === "string")
    throw invalidComponent(`component ${index} cannot be instantiated: ${renaming}`, offset);
  const resources = new Map(renaming.resources);
  for (const { resource } of component.definedResources) {
    const own = new Resource();
    resources.set(resource, own);
    scope.definedResources.set(own, false);
  }
  const substitution = new Substitution({ resources, types: renaming.types }, scope.work);
  const exports = new Map([...component.exports].map(([name, item]) => [name, substitution.item(item)]));
  return makeInstance(exports, [], offset);
}

/** Returns an instance built from named items. */
export function bundle(exports: readonly NamedItem[], scope: Scope, offset: number): ResolvedInstance {
  const names = new ExternNames("export", false);
  for (const { name, sort, index } of exports) names.add(name, itemAt(sort, index, scope, offset), offset);
  return makeInstance(names.items, [], offset);
}
