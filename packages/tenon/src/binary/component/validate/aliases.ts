import { invalidComponent, unsupportedInComponent } from "../../../errors/factories/binary.js";
import type { AliasDefinition } from "../decode/model.js";
import type { CoreItem } from "./core-types.js";
import { MentionedResources } from "./resources.js";
import type { Scope } from "./scope.js";

/** Adds the item that an alias refers to, to the index space of its sort. */
export function addAlias(alias: AliasDefinition, scope: Scope, offset: number): void {
  switch (alias.kind) {
    case "alias-export":
      aliasExport(alias, scope, offset);
      return;
    case "alias-core-export": {
      const item = scope.coreInstance(alias.instance, offset).get(alias.name);
      if (item === undefined)
        throw invalidComponent(`core instance ${alias.instance} does not export "${alias.name}"`, offset);
      pushCore(alias, item, scope, offset);
      return;
    }
    case "alias-outer":
      aliasOuter(alias, scope, offset);
  }
}

function aliasExport(
  { sort, instance, name }: Extract<AliasDefinition, { kind: "alias-export" }>,
  scope: Scope,
  offset: number,
): void {
  if (sort === "value") throw unsupportedInComponent("values", offset);
  const item = scope.instance(instance, offset).exports.get(name);
  if (item === undefined) throw invalidComponent(`instance ${instance} does not export "${name}"`, offset);
  if (item.kind !== sort)
    throw invalidComponent(`"${name}" of instance ${instance} is a ${item.kind}, not a ${sort}`, offset);
  scope.push(item);
}

function pushCore(
  { sort, name }: Extract<AliasDefinition, { kind: "alias-core-export" }>,
  item: CoreItem,
  scope: Scope,
  offset: number,
): void {
  if (`core-${item.kind}` !== sort)
    throw invalidComponent(`the export "${name}" of a core instance is a ${item.kind}, not a ${sort.slice(5)}`, offset);
  switch (item.kind) {
    case "function":
      scope.coreFunctions.push(item.signature);
      break;
    case "table":
      scope.coreTables.push(item);
      break;
    case "memory":
      scope.coreMemories.push(item);
      break;
    case "global":
      scope.coreGlobals.push(item);
      break;
    case "tag":
      scope.coreTags.push(item);
  }
}

function aliasOuter(
  { sort, count, index }: Extract<AliasDefinition, { kind: "alias-outer" }>,
  scope: Scope,
  offset: number,
): void {
  const outer = scope.around(count, offset);
  switch (sort) {
    case "core-type":
      scope.coreTypes.push(outer.coreType(index, offset));
      return;
    case "core-module":
      scope.coreModules.push(outer.coreModule(index, offset));
      return;
    case "component":
      scope.components.push(outer.component(index, offset));
      return;
    default: {
      const type = outer.type(index, offset);
      const crossed = count === 0 ? undefined : scope.around(count - 1, offset);
      // A component is closed: each instance of the enclosing component has its own resources.
      if (crossed?.kind === "component" && new MentionedResources(scope.work).type(type).found.size > 0)
        throw invalidComponent(
          "an outer alias refers to a type that uses resources of the enclosing component",
          offset,
        );
      scope.types.push(type);
    }
  }
}
