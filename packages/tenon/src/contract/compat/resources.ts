import type { Contract } from "../model.js";
import { resources } from "../signature.js";
import type { SameResource } from "./relate.js";

/**
 * Tells whether resources of two contracts are the same: they have the same name, in an interface of the same name, on
 * the same side. Their functions are compared where the resource is declared.
 */
export function sameResource(host: Contract, plugin: Contract): SameResource {
  const places = new Map<unknown, string>();
  for (const contract of [host, plugin]) {
    const imported = resources(contract.imports);
    for (const { type, owner } of contract.declarations) {
      if (type.kind === "resource")
        places.set(type, `${imported.has(type) ? "imports" : "exports"} ${owner ?? ""}/${type.name}`);
    }
  }
  return (from, to) => places.get(from) === places.get(to);
}
