import type { FunctionType, InterfaceType, NamedType, ResourceType, Type } from "./model.js";

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

/** Returns the types inside a type, one level down. A resource's handle has none. */
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
 */
export function reachedTypes(types: Iterable<Type | undefined>): ReadonlySet<NamedType> {
  const reached = new Set<NamedType>();
  const visited = new Set<Type>();
  const waiting = [...types];
  while (waiting.length > 0) {
    const type = waiting.pop();
    if (type === undefined || visited.has(type)) continue;
    visited.add(type);
    if (type.kind === "own" || type.kind === "borrow") reached.add(type.resource);
    else if ("name" in type) reached.add(type);
    waiting.push(...innerTypes(type));
  }
  return reached;
}

/** Whether a value of the type may contain a borrowed handle. */
export function holdsBorrow(type: Type): boolean {
  const visited = new Set<Type>();
  const waiting: (Type | undefined)[] = [type];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (next === undefined || visited.has(next)) continue;
    visited.add(next);
    if (next.kind === "borrow") return true;
    waiting.push(...innerTypes(next));
  }
  return false;
}
