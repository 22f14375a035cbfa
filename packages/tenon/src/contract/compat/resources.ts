import type { Contract, Items, ResourceType } from "../model/model.js";
import { pairItems } from "./pairs.js";
import type { SameResource } from "./relate.js";

/**
 * Returns a function that decides whether resources of two contracts are the same: same name, same interface, same side.
 * Their functions are compared where the resource is declared.
 */
export function sameResource(host: Contract, plugin: Contract): SameResource {
  const paths = new Map<ResourceType, string>();
  for (const side of ["imports", "exports"] as const) {
    const pairs = pairItems(host[side], plugin[side]);
    const hostKeys = new Map([...pairs].map(([key, other]) => [other.key, key]));
    collect(host[side], (key) => `${side} ${key}`, paths);
    // An interface that only the plugin has gets a name that no key is.
    collect(plugin[side], (key) => `${side} ${hostKeys.get(key) ?? `plugin ${key}`}`, paths);
  }
  return (from, to) => paths.get(from) === paths.get(to);
}

function collect(items: Items, scopeOf: (key: string) => string, paths: Map<ResourceType, string>): void {
  for (const [key, item] of Object.entries(items)) {
    if (item.kind === "resource") paths.set(item, `${scopeOf("")}/${item.name}`);
    if (item.kind !== "interface") continue;
    for (const member of Object.values(item.members))
      if (member.kind === "resource") paths.set(member, `${scopeOf(key)}/${member.name}`);
  }
}
