import type { Type } from "../contract/core.js";

const cache = new WeakMap<Type, boolean>();

/** Whether values of a type can contain resources, streams or futures: what crosses the wire as a number. */
export function hasReferences(type: Type | undefined): boolean {
  if (type === undefined) return false;
  let found = cache.get(type);
  if (found === undefined) {
    found = look(type);
    cache.set(type, found);
  }
  return found;
}

function look(type: Type): boolean {
  switch (type.kind) {
    case "own":
    case "borrow":
    case "stream":
    case "future":
      return true;
    case "list":
      return hasReferences(type.element);
    case "option":
      return hasReferences(type.some);
    case "result":
      return hasReferences(type.ok) || hasReferences(type.err);
    case "tuple":
      return type.items.some(hasReferences);
    case "record":
      return type.fields.some((field) => hasReferences(field.type));
    case "variant":
      return type.cases.some((item) => hasReferences(item.type));
    default:
      return false;
  }
}
