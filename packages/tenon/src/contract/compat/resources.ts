import type { Contract, ResourceType } from "../model.js";
import { matchName } from "./pairs.js";
import type { SameResource } from "./relate.js";

/**
 * Tells whether resources of two contracts are the same: they have the same name, in the same interface, on the same
 * side. Their functions are compared where the resource is declared.
 */
export function sameResource(host: Contract, plugin: Contract): SameResource {
  const places = new Map<ResourceType, string>();
  for (const contract of [host, plugin]) {
    for (const side of ["imports", "exports"] as const) {
      for (const [key, item] of Object.entries(contract[side])) {
        const members = item.kind === "interface" ? Object.values(item.members) : [item];
        const scope = item.kind === "interface" ? matchName(key, item) : "";
        for (const member of members) {
          if (member.kind === "resource") places.set(member, `${side} ${scope}/${member.name}`);
        }
      }
    }
  }
  return (from, to) => places.get(from) === places.get(to);
}
