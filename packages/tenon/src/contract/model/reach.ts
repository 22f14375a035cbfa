import {
  type Contract,
  type FunctionType,
  type InterfaceType,
  type Items,
  mostValueLevels,
  type NamedType,
  type RecordType,
  type ResourceType,
  type Type,
  type VariantType,
} from "./model.js";

/** Returns the functions of an interface, including those of its resources. */
export function interfaceFunctions(item: InterfaceType): FunctionType[] {
  return Object.values(item.members).flatMap((member) =>
    member.kind === "resource" ? resourceFunctions(member) : [member],
  );
}

export function resourceFunctions(resource: ResourceType): FunctionType[] {
  const construction = resource.constructs === undefined ? [] : [resource.constructs];
  return [...construction, ...resource.methods.map(({ type }) => type), ...resource.statics.map(({ type }) => type)];
}

/** Returns the types of a function's parameters and result. */
export function functionTypes(type: FunctionType): Type[] {
  const parameters = type.parameters.map((parameter) => parameter.type);
  return type.result === undefined ? parameters : [...parameters, type.result];
}

/** Returns the types inside a type, one level down. A resource's handle has none, nor has a back edge. */
export function innerTypes(type: Type): readonly (Type | undefined)[] {
  switch (type.kind) {
    case "list":
      return [type.element];
    case "option":
      return [type.some];
    case "result":
      return [type.ok, type.err];
    case "tuple":
      return type.items;
    case "map":
      return [type.key, type.value];
    case "stream":
      return [type.element];
    case "future":
      return [type.value];
    case "record":
      return type.fields.map((field) => field.type);
    case "variant":
      return type.cases.map((item) => item.type);
    default:
      return [];
  }
}

/**
 * Returns every named type inside these types. For a handle that is its resource, but not what the resource's functions
 * use.
 *
 * @param visited types that are left out, with all that is inside them. Those that are visited now are added.
 */
export function reachedTypes(
  types: Iterable<Type | undefined>,
  visited: Set<Type> = new Set(),
): ReadonlySet<NamedType> {
  const reached = new Set<NamedType>();
  const waiting = [...types];
  while (waiting.length > 0) {
    const type = waiting.pop();
    if (type === undefined || visited.has(type)) continue;
    visited.add(type);
    if (type.kind === "own" || type.kind === "borrow") reached.add(type.resource);
    else if (type.kind === "recursive") waiting.push(type.target);
    else if ("name" in type) reached.add(type);
    waiting.push(...innerTypes(type));
  }
  return reached;
}

/** Returns every resource inside these types, but not what its functions use. */
export function reachedResources(types: Iterable<Type | undefined>): ReadonlySet<ResourceType> {
  const reached = new Set<ResourceType>();
  const visited = new Set<Type>();
  const waiting = [...types];
  while (waiting.length > 0) {
    const type = waiting.pop();
    if (type === undefined || visited.has(type) || !holdsHandle(type)) continue;
    visited.add(type);
    if (type.kind === "own" || type.kind === "borrow") reached.add(type.resource);
    waiting.push(...innerTypes(type));
  }
  return reached;
}

/**
 * Returns a function that says whether a value of a type may contain one of which `found` is true. Each type is looked at
 * once, however often it is asked about and however many others contain it. With `own`, only what is part of the value itself
 * counts, and not what a stream or future carries later.
 */
export function contains(found: (type: Type) => boolean, scope: "own" | "all" = "all"): (type: Type) => boolean {
  const known = new WeakMap<Type, boolean>();
  const holds = (type: Type): boolean => {
    let answer = known.get(type);
    if (answer === undefined) {
      const enters = scope === "all" || (type.kind !== "stream" && type.kind !== "future");
      answer = found(type) || (enters && innerTypes(type).some((inner) => inner !== undefined && holds(inner)));
      known.set(type, answer);
    }
    return answer;
  };
  return holds;
}

/** Whether a value of the type may contain a borrowed handle. */
export const holdsBorrow = contains(({ kind }) => kind === "borrow");

/** Whether a value of the type may contain the handle of a resource. */
export const holdsHandle = contains(({ kind }) => kind === "own" || kind === "borrow");

/** Whether a value of the type may contain a resource, a stream or a future. */
export const holdsReferences = contains(
  ({ kind }) => kind === "own" || kind === "borrow" || kind === "stream" || kind === "future",
);

/** Whether the type contains a back edge, so that nothing limits how deeply its values are nested. */
export const holdsRecursion = contains(({ kind }) => kind === "recursive");

/** How many levels of types a value may have by containing itself: what bounds the stack of whatever follows it. */
const mostRepeatedLevels = 12 * mostValueLevels;

/**
 * Returns how often a value of a recursive type may contain itself: {@link mostValueLevels}, and fewer if there are more than 12
 * levels between the type and where it contains itself.
 */
export function mostInItself(type: RecordType | VariantType): number {
  return Math.min(mostValueLevels, Math.floor(mostRepeatedLevels / Math.max(1, levelsToBackEdge(type))));
}

const knownLevels = new WeakMap<Type, number>();

/** Returns the levels above the deepest back edge; -1 without any. */
function levelsToBackEdge(type: Type): number {
  let levels = knownLevels.get(type);
  if (levels === undefined) {
    levels = type.kind === "recursive" ? 0 : -1;
    for (const inner of innerTypes(type)) {
      const below = inner === undefined ? -1 : levelsToBackEdge(inner);
      if (below >= 0) levels = Math.max(levels, below + 1);
    }
    knownLevels.set(type, levels);
  }
  return levels;
}

/** Whether a value of the type may contain a stream or a future. */
export const holdsStreams = contains(({ kind }) => kind === "stream" || kind === "future");

/**
 * Returns every named type that the contract's items use, in the order in which they occur: each is followed by what it uses
 * itself, unless that came before.
 */
export function namedTypesInOrder(contract: Contract): readonly NamedType[] {
  const found = new Set<NamedType>();
  // What comes next is at the end. Not recursive: resources may use each other in a chain of any length.
  const waiting: (Type | NamedType)[] = [...itemTypes(contract.imports), ...itemTypes(contract.exports)].reverse();
  while (waiting.length > 0) {
    const next = waiting.pop()!;
    if (next.kind === "own" || next.kind === "borrow") waiting.push(next.resource);
    else if (next.kind === "recursive") waiting.push(next.target);
    else if (!("name" in next)) pushReversed(waiting, innerTypes(next));
    else if (!found.has(next)) {
      found.add(next);
      pushReversed(
        waiting,
        next.kind === "resource" ? resourceFunctions(next).flatMap(functionTypes) : innerTypes(next),
      );
    }
  }
  return [...found];
}

function itemTypes(items: Items): (Type | NamedType)[] {
  return Object.values(items).flatMap((item) => {
    if (item.kind === "function") return functionTypes(item);
    return item.kind === "resource" ? [item] : itemTypes(item.members);
  });
}

function pushReversed<T>(list: T[], items: readonly (T | undefined)[]): void {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (item !== undefined) list.push(item);
  }
}
