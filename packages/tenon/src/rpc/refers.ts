import type { Type } from "../contract/core.js";

const cache = new WeakMap<Type, boolean>();

/** Whether values of a type can hold resources, streams or futures. */
export function refers(type: Type | undefined): boolean {
  if (type === undefined) return false;
  let answer = cache.get(type);
  if (answer === undefined) {
    answer = look(type);
    cache.set(type, answer);
  }
  return answer;
}

function look(type: Type): boolean {
  switch (type.kind) {
    case "own":
    case "borrow":
    case "stream":
    case "future":
      return true;
    case "list":
      return refers(type.element);
    case "option":
      return refers(type.some);
    case "result":
      return refers(type.ok) || refers(type.err);
    case "tuple":
      return type.items.some(refers);
    case "record":
      return type.fields.some((field) => refers(field.type));
    case "variant":
      return type.cases.some((item) => refers(item.type));
    default:
      return false;
  }
}
