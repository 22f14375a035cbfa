import { comparisonTooLarge } from "../../errors/factories/contract.js";
import {
  type BorrowType,
  composites,
  type OwnType,
  type PrimitiveType,
  type ResourceType,
  type Type,
} from "../model/model.js";
import { holdsRecursion } from "../model/reach.js";
import { relateEnums, relateResults, relateVariants } from "./cases.js";
import {
  relateFutures,
  relateLists,
  relateMaps,
  relateOptions,
  relateStreams,
  relateToOption,
  relateTuples,
} from "./containers.js";
import { relateFlags, relateRecords } from "./records.js";
import { bounded, identical, type Relate, type Relation, single } from "./relation.js";
import { relatePrimitives } from "./scalars.js";
import { typeText } from "./text.js";

/** Whether two resources are the same one. Their functions are compared where the resource is declared. */
export type SameResource = (from: ResourceType, to: ResourceType) => boolean;

/**
 * How many pairs of types one comparison relates. Where both contracts use the same types everywhere, there are as many as
 * types; but types that are used in other places in each contract can meet each of the others.
 */
const mostPairs = 250_000;
/** For types that belong to no contract, whose nesting nothing else limits. */
const deepest = 500;

/**
 * Returns the function that relates types for one comparison. It relates each pair once, however often the pair occurs.
 *
 * A recursive type meets itself while it is related. Its inner values are related as the outer ones are: first as if they
 * needed no conversion; if it turns out that the type does, once more, and they are converted as it is.
 *
 * The function throws TENON_CONTRACT_TOO_LARGE if there are too many pairs, or types are nested too deep.
 */
export function relater(sameResource: SameResource = (from, to) => from.name === to.name): Relate {
  const known = new Map<Type, Map<Type, Relation>>();
  let added: (readonly [Type, Type])[] | undefined;
  let converts = false;
  let pairs = 0;
  let depth = 0;
  const relate: Relate = (sent, expected) => {
    const from = throughBackEdge(sent);
    const to = throughBackEdge(expected);
    if (from === to) return identical;
    const before = known.get(from)?.get(to);
    if (before !== undefined) return before;
    if (added !== undefined || !holdsRecursion(from) || !holdsRecursion(to)) return relateNew(from, to);
    added = [];
    converts = false;
    let relation = relateNew(from, to);
    if (relation.adapt !== undefined) {
      for (const [one, other] of added) known.get(one)?.delete(other);
      converts = true;
      relation = relateNew(from, to);
    }
    added = undefined;
    return relation;
  };
  const relateNew = (from: Type, to: Type): Relation => {
    if (++pairs > mostPairs)
      throw comparisonTooLarge(`there are more than ${mostPairs} pairs of types in the same place`);
    if (++depth > deepest) throw comparisonTooLarge(`they are nested more than ${deepest} levels deep`);
    let inner = known.get(from);
    if (inner === undefined) known.set(from, (inner = new Map()));
    let relation = identical;
    if (added !== undefined) {
      added.push([from, to]);
      const again: Relation = {
        changes: [],
        adapt: (value) => (relation.adapt === undefined ? value : relation.adapt(value)),
      };
      inner.set(to, converts ? again : identical);
    }
    relation = bounded(relateAny(from, to, relate, sameResource));
    depth--;
    inner.set(to, relation);
    return relation;
  };
  return relate;
}

function throughBackEdge(type: Type): Type {
  return type.kind === "recursive" ? type.target : type;
}

function relateAny(from: Type, to: Type, relate: Relate, sameResource: SameResource): Relation {
  if (isHandle(from) && isHandle(to)) return relateHandles(from, to, sameResource);
  if (isPrimitive(from) && isPrimitive(to)) return relatePrimitives(from, to);
  if (to.kind === "option" && from.kind !== "option") return relateToOption(from, to, relate);
  if (from.kind === "option" && to.kind !== "option")
    return single("option-removed", { from: typeText(from), to: typeText(to) });
  if (from.kind === "json" && to.kind === "json") return identical;
  if (from.kind === "map" && to.kind === "map") return relateMaps(from, to, relate);
  if (from.kind === "list" && to.kind === "list") return relateLists(from, to, relate);
  if (from.kind === "option" && to.kind === "option") return relateOptions(from, to, relate);
  if (from.kind === "result" && to.kind === "result") return relateResults(from, to, relate);
  if (from.kind === "tuple" && to.kind === "tuple") return relateTuples(from, to, relate);
  if (from.kind === "record" && to.kind === "record") return relateRecords(from, to, relate);
  if (from.kind === "variant" && to.kind === "variant") return relateVariants(from, to, relate);
  if (from.kind === "enum" && to.kind === "enum") return relateEnums(from, to);
  if (from.kind === "flags" && to.kind === "flags") return relateFlags(from, to);
  if (from.kind === "stream" && to.kind === "stream") return relateStreams(from, to, relate);
  if (from.kind === "future" && to.kind === "future") return relateFutures(from, to, relate);
  return single("type-kind", { from: typeText(from), to: typeText(to) });
}

function relateHandles(from: OwnType | BorrowType, to: OwnType | BorrowType, sameResource: SameResource): Relation {
  const texts = { from: typeText(from), to: typeText(to) };
  if (!sameResource(from.resource, to.resource)) {
    return single("resource-differs", { name: to.resource.name, from: from.resource.name, to: to.resource.name });
  }
  return from.kind === to.kind ? identical : single("ownership", { name: to.resource.name, ...texts });
}

function isHandle(type: Type): type is OwnType | BorrowType {
  return type.kind === "own" || type.kind === "borrow";
}

const composite = new Set<string>(composites);

function isPrimitive(type: Type): type is PrimitiveType {
  return !composite.has(type.kind);
}
