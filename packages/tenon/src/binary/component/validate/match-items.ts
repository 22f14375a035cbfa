import { itemMismatch } from "./mismatch.js";
import { type Renaming, Substitution } from "./substitution.js";
import type { AnyType, ResolvedItem, Resource, ResourcePath } from "./types.js";
import type { Work } from "./work.js";

type Items = ReadonlyMap<string, ResolvedItem>;

/**
 * Matches given items with wanted ones by name: replaces the resources of the wanted items with those at the same names
 * in the given ones, then checks that each item fits.
 *
 * @param resources The resources that belong to the wanted items, with their paths.
 * @returns The replacements to apply from now on, or the reason why an item does not fit.
 */
export function matchItems(
  given: Items,
  wanted: Items,
  resources: readonly ResourcePath[],
  work: Work,
): Renaming | string {
  const found = new Map<Resource, Resource>();
  for (const { resource, path } of resources) {
    work.spend(path.length);
    const item = follow(given, path);
    if (item?.kind === "type" && item.type.kind === "resource") found.set(resource, item.type.resource);
  }
  const substitution = new Substitution({ resources: found, types: new Map() }, work);
  const types = new Map<AnyType, AnyType>();
  for (const [name, item] of wanted) {
    const actual = given.get(name);
    if (actual === undefined) return `"${name}" is missing`;
    const why = itemMismatch(actual, substitution.item(item), work);
    if (why !== undefined) return `"${name}" does not fit: ${why}`;
    rename(item, actual, types, work);
  }
  return { resources: found, types };
}

function follow(items: Items, path: readonly string[]): ResolvedItem | undefined {
  let at: Items | undefined = items;
  let item: ResolvedItem | undefined;
  for (const name of path) {
    item = at?.get(name);
    at = item?.kind === "instance" ? item.type.exports : undefined;
  }
  return item;
}

function rename(wanted: ResolvedItem, given: ResolvedItem, types: Map<AnyType, AnyType>, work: Work): void {
  work.spend(1);
  if (wanted.kind === "type" && given.kind === "type") types.set(wanted.type, given.type);
  else if (wanted.kind === "instance" && given.kind === "instance") {
    for (const [name, item] of wanted.type.exports) {
      const actual = given.type.exports.get(name);
      if (actual !== undefined) rename(item, actual, types, work);
    }
  }
}
