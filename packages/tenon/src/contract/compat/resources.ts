import type { Contract, ResourceType } from "../model.js";
import { matchName } from "./pairs.js";
import type { SameResource } from "./relate.js";

/**
 * Returns a function that decides whether resources of two contracts are the same: same name, same interface, same side.
 * Their functions are compared where the resource is declared.
 */
export function sameResource(host: Contract, plugin: Contract): SameResource {
  const paths = new Map<ResourceType, string>();
  for (const contract of [host, plugin]) {
    for (const side of ["imports", "exports"] as const) {
      for (const [key, item] of Object.entries(contract[side])) {
        const members = item.kind === "interface" ? Object.values(item.members) : [item];
        const scope = item.kind === "interface" ? matchName(key, item) : "";
        for (const member of members) {
          if (member.kind === "resource") paths.set(member, `${side} ${scope}/${member.name}`);
        }
      }
    }
  }
  return (from, to) => paths.get(from) === paths.get(to);
}
