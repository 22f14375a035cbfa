import type { FunctionType, InterfaceType, Item, Items, ResourceType } from "../model.js";
import { kebab, pascal } from "../names.js";
import { type Signature, signatures } from "../signature.js";

/** Returns the name by which items of the two sides are matched: for another package's interface, its id without version. */
export function matchName(key: string, item: Item): string {
  return item.kind === "interface" && item.id !== undefined ? withoutVersion(item.id) : kebab(key);
}

export function versionOf(item: InterfaceType): string | undefined {
  const at = item.id?.lastIndexOf("@") ?? -1;
  return at < 0 ? undefined : item.id?.slice(at + 1);
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
  const offered = new Map(signatures(plugin).map((signature) => [matchPath(signature), signature]));
  return signatures(host).flatMap((signature) => {
    const other = offered.get(matchPath(signature));
    return other === undefined ? [] : [{ host: signature, plugin: other }];
  });
}

function matchPath({ path }: Signature): string {
  const hash = path.indexOf("#");
  return hash < 0 ? path : withoutVersion(path.slice(0, hash)) + path.slice(hash);
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
