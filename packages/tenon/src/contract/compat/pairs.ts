import type { FunctionType, InterfaceType, Item, Items, ResourceType } from "../model/model.js";
import { kebab, pascal } from "../model/names.js";
import { type Signature, signatures } from "../model/signature.js";

/** Returns the name by which items of the two sides are matched: for another package's interface, its id without version. */
export function matchName(key: string, item: Item): string {
  return item.kind === "interface" && item.id !== undefined ? withoutVersion(item.id) : kebab(key);
}

export function versionOf(item: InterfaceType): string | undefined {
  const at = item.id?.lastIndexOf("@") ?? -1;
  return at < 0 ? undefined : item.id?.slice(at + 1);
}

/** One item of each side. */
export interface ItemPair {
  readonly key: string;
  readonly item: Item;
}

/**
 * Matches the items of two import or export lists, by the key of the first. Of several versions of one interface, those that
 * both sides have are matched first, and then the closest that are left.
 */
export function pairItems(needed: Items, offered: Items): ReadonlyMap<string, ItemPair> {
  const left = new Map<string, ItemPair[]>();
  for (const [key, item] of Object.entries(offered)) {
    const name = matchName(key, item);
    const known = left.get(name);
    if (known === undefined) left.set(name, [{ key, item }]);
    else known.push({ key, item });
  }
  const pairs = new Map<string, ItemPair>();
  for (const isClose of [sameVersion, sameTrack, () => true]) {
    for (const [key, item] of Object.entries(needed)) {
      if (pairs.has(key)) continue;
      const candidates = left.get(matchName(key, item));
      const at = candidates?.findIndex((other) => isClose(item, other.item)) ?? -1;
      if (at >= 0) pairs.set(key, candidates!.splice(at, 1)[0]!);
    }
  }
  return pairs;
}

function sameVersion(one: Item, other: Item): boolean {
  return one.kind === other.kind && versionText(one) === versionText(other);
}

function sameTrack(one: Item, other: Item): boolean {
  return one.kind === other.kind && trackOf(versionText(one)) === trackOf(versionText(other));
}

function versionText(item: Item): string {
  return (item.kind === "interface" && versionOf(item)) || "";
}

/** Returns `1` of `1.2.3` and `0.2` of `0.2.3`: versions with the same one are compatible. */
function trackOf(version: string): string {
  return /^(?:0\.\d+|\d+)/.exec(version)?.[0] ?? "";
}

/** A function that both sides have. Its path may differ. */
export interface Pair {
  readonly host: Signature;
  readonly plugin: Signature;
}

/**
 * Matches the functions of two import or export lists by name. For interfaces of other packages, the version does not
 * matter.
 */
export function pairSignatures(host: Items, plugin: Items): readonly Pair[] {
  const keys = pairItems(host, plugin);
  const member = ({ path }: Signature) => path.slice(path.indexOf("#") + 1);
  const offered = new Map(signatures(plugin).map((each) => [`${each.interface ?? ""}#${member(each)}`, each]));
  return signatures(host).flatMap((signature) => {
    const key = signature.interface === undefined ? "" : keys.get(signature.interface)?.key;
    const other = offered.get(`${key}#${member(signature)}`);
    return other === undefined ? [] : [{ host: signature, plugin: other }];
  });
}

function withoutVersion(id: string): string {
  const at = id.indexOf("@");
  return at < 0 ? id : id.slice(0, at);
}

/** Returns a resource's functions, by a key that includes the kind, with the name of each for messages. */
export function resourceFunctions(resource: ResourceType): ReadonlyMap<string, { label: string; type: FunctionType }> {
  const list = new Map<string, { label: string; type: FunctionType }>();
  if (resource.constructs !== undefined) list.set("[constructor]", { label: "new", type: resource.constructs });
  for (const { name, type } of resource.methods) list.set(`[method]${name}`, { label: name, type });
  for (const { name, type } of resource.statics) list.set(`[static]${name}`, { label: name, type });
  return list;
}

export function className(resource: ResourceType): string {
  return pascal(resource.name);
}
