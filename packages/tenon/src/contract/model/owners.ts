import { contractInvalid } from "../../errors/factories/contract.js";
import type { InterfaceType, Items, NamedType, ResourceType, Type } from "./model.js";
import { kebab } from "./names.js";
import {
  contains,
  functionTypes,
  interfaceFunctions,
  reachedResources,
  reachedTypes,
  resourceFunctions,
} from "./reach.js";

export type Side = "imports" | "exports";

/** One interface of a contract, as it is visited to decide which interface declares which type. */
export interface Visit {
  readonly side: Side;
  readonly key: string;
  /** The interface's name in kebab-case: the owner of what it declares. */
  readonly owner: string;
  readonly item: InterfaceType;
}

/** Where a contract declares a resource. */
export interface Offer {
  readonly side: Side;
  /** The interface, or `undefined` for the world itself. */
  readonly owner: string | undefined;
  readonly path: string;
}

/** Returns where the contract declares each resource, and so which side implements it. */
export function offeredResources(id: string, imports: Items, exports: Items): ReadonlyMap<ResourceType, Offer> {
  const offers = new Map<ResourceType, Offer>();
  const add = (resource: ResourceType, offer: Offer) => {
    const before = offers.get(resource);
    if (before !== undefined && before.side !== offer.side) {
      throw contractInvalid(
        id,
        `${offer.path}: resource "${resource.name}" is both imported and exported`,
        "Declare two resources, one for each side.",
      );
    }
    if (before !== undefined) {
      throw contractInvalid(
        id,
        `${offer.path}: resource "${resource.name}" is already declared as ${before.path}`,
        "List the resource only once.",
      );
    }
    offers.set(resource, offer);
  };
  for (const [side, items] of [
    ["imports", imports],
    ["exports", exports],
  ] as const) {
    for (const [key, item] of Object.entries(items)) {
      if (item.kind === "resource") add(item, { side, owner: undefined, path: `${side}.${key}` });
      if (item.kind !== "interface") continue;
      for (const [memberKey, member] of Object.entries(item.members)) {
        if (member.kind === "resource") add(member, { side, owner: kebab(key), path: `${side}.${key}.${memberKey}` });
      }
    }
  }
  return offers;
}

/**
 * Returns the interfaces in an order in which each uses only types of those before it, as WIT requires: imports before
 * exports, and an interface after those whose resources it uses.
 */
export function visitingOrder(
  id: string,
  imports: Items,
  exports: Items,
  offers: ReadonlyMap<ResourceType, Offer>,
): readonly Visit[] {
  const ordered: Visit[] = [];
  for (const [side, items] of [
    ["imports", imports],
    ["exports", exports],
  ] as const) {
    const visits = new Map<string, Visit>();
    for (const [key, item] of Object.entries(items)) {
      if (item.kind === "interface") visits.set(kebab(key), { side, key, owner: kebab(key), item });
    }
    const state = new Map<Visit, "open" | "done">();
    const visit = (current: Visit, from: Visit | undefined) => {
      if (state.get(current) === "done") return;
      if (state.get(current) === "open") {
        throw contractInvalid(
          id,
          `interfaces "${current.key}" and "${from?.key}" use each other's resources, which WIT does not allow`,
          "Move the resources that both need into a third interface.",
        );
      }
      state.set(current, "open");
      for (const type of reachedResources(interfaceFunctions(current.item).flatMap(functionTypes))) {
        const offer = expectOffer(id, `${side}.${current.key}`, type, offers, side);
        if (offer.owner === undefined) {
          throw contractInvalid(
            id,
            `${side}.${current.key}: an interface cannot use resource "${type.name}", which is declared at the top level`,
            "Move the resource into an interface.",
          );
        }
        const other = offer.side === side ? visits.get(offer.owner) : undefined;
        if (other !== undefined && other !== current) visit(other, current);
      }
      state.set(current, "done");
      ordered.push(current);
    };
    // Another package cannot use this one's types.
    const all = [...visits.values()];
    for (const current of [
      ...all.filter(({ item }) => item.id !== undefined),
      ...all.filter(({ item }) => item.id === undefined),
    ]) {
      visit(current, undefined);
    }
  }
  return ordered;
}

/** Checks that a resource is declared where this side can use it: an import cannot use what is exported. */
export function expectOffer(
  id: string,
  path: string,
  resource: ResourceType,
  offers: ReadonlyMap<ResourceType, Offer>,
  side: Side,
): Offer {
  const offer = offers.get(resource);
  if (offer === undefined) {
    throw contractInvalid(
      id,
      `${path}: resource "${resource.name}" is not declared`,
      "If the plugin implements the resource, list it in an interface of `exports`; if the host does, in `imports`.",
    );
  }
  if (side === "imports" && offer.side === "exports") {
    throw contractInvalid(
      id,
      `${path}: an import cannot use resource "${resource.name}", which is exported as ${offer.path.slice(8)}`,
      "Let the host implement the resource, or pass an identifier instead.",
    );
  }
  return offer;
}

/**
 * Returns the types that an exported interface shares with the world's own functions. In WIT, a world can only use types of
 * what it imports, so these types get their own interface, which contains nothing else.
 */
export function sharedTypes(
  imports: Items,
  exports: Items,
  visits: readonly Visit[],
  offers: ReadonlyMap<ResourceType, Offer>,
): ReadonlySet<NamedType> {
  const world = [...Object.values(imports), ...Object.values(exports)].flatMap((item) =>
    item.kind === "function"
      ? functionTypes(item)
      : item.kind === "resource"
        ? resourceFunctions(item).flatMap(functionTypes)
        : [],
  );
  const reachedByWorld = reachedTypes(world);
  const holdsExport = contains(
    (type) => (type.kind === "own" || type.kind === "borrow") && offers.get(type.resource)?.side === "exports",
  );
  const imported = new Set<NamedType>();
  const shared = new Set<NamedType>();
  const visited = { imports: new Set<Type>(), exports: new Set<Type>() };
  for (const { side, item } of visits) {
    for (const type of reachedTypes(interfaceFunctions(item).flatMap(functionTypes), visited[side])) {
      if (side === "imports") imported.add(type);
      else if (type.kind !== "resource" && reachedByWorld.has(type) && !imported.has(type) && !holdsExport(type))
        shared.add(type);
    }
  }
  return shared;
}
