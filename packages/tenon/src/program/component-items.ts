import type { ComponentType, ResolvedItem } from "../binary/component/index.js";
import type { ComponentKind } from "../binary/index.js";
import { functionText } from "../contract/validate/type-text.js";
import { ComponentTypes } from "./component-contract-types.js";
import type { ProgramExport, ProgramImport } from "./inspection.js";

/**
 * Returns the imports and exports of a component: functions with their types as in WIT, interfaces with their number of
 * functions and resources.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED for types that the contract model does not support
 */
export function componentItems(
  type: ComponentType | undefined,
): { imports: ProgramImport[]; exports: ProgramExport[] } | undefined {
  if (type === undefined) return undefined;
  const types = new ComponentTypes();
  const sides = [type.imports, type.exports];
  for (const side of sides) {
    for (const { name, type: item } of side) if (item.kind === "instance") types.learn(item.type.exports, name);
    types.learn(new Map(side.map(({ name, type: item }) => [name, item])), undefined);
  }
  const shown = (name: string, item: ResolvedItem): ProgramExport => ({
    name,
    kind: kindOf(item),
    type: itemText(item, types),
  });
  return {
    imports: type.imports.map(({ name, type: item }) => ({ module: undefined, ...shown(name, item) })),
    exports: type.exports.map(({ name, type: item }) => shown(name, item)),
  };
}

function kindOf({ kind }: ResolvedItem): ComponentKind {
  return kind === "core-module" ? "core module" : kind;
}

function itemText(item: ResolvedItem, types: ComponentTypes): string | undefined {
  if (item.kind === "function") return functionText(types.func(item.type, false));
  if (item.kind !== "instance") return undefined;
  const items = [...item.type.exports.values()];
  const functions = items.filter(({ kind }) => kind === "function").length;
  const resources = items.filter((inner) => inner.kind === "type" && inner.type.kind === "resource").length;
  const parts = [counted(functions, "function"), counted(resources, "resource")].filter((part) => part !== "");
  return parts.length === 0 ? "types" : parts.join(", ");
}

function counted(count: number, what: string): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`;
}
