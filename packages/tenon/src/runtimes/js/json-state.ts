import { stateNotJson } from "../../errors/factories/javascript.js";

/**
 * Copies a plugin's state. Only JSON values are accepted, because anything else would be lost on the way.
 *
 * @throws TENON_STATE_FAILED with the path of the value that is not JSON.
 */
export function copyState(state: unknown, subject: string): unknown {
  const open = new Set<object>();
  /** The keys that lead to the value. Only an error needs them as text, and a state may have millions of values. */
  const trail: (string | number)[] = [];
  const refuse = (what: string) => {
    const path = trail.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
    return stateNotJson(subject, `state${path}`, what);
  };

  const copy = (value: unknown): unknown => {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        if (!Number.isFinite(value)) throw refuse(String(value));
        return value;
      case "object":
        break;
      default:
        throw refuse(`of type ${typeof value}`);
    }
    if (value === null) return null;
    if (open.has(value)) throw refuse("a circular reference");
    if (open.size > 1000) throw refuse("nested more than 1000 deep");
    open.add(value);
    const result = Array.isArray(value) ? copyArray(value) : copyObject(value);
    open.delete(value);
    return result;
  };
  const copyArray = (value: readonly unknown[]): unknown[] => {
    const depth = trail.push(0) - 1;
    const result: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      trail[depth] = index;
      result.push(copy(value[index]));
    }
    trail.pop();
    return result;
  };
  const copyObject = (value: object): object => {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      throw refuse(`a ${value.constructor?.name ?? "class instance"}`);
    }
    const depth = trail.push("") - 1;
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      trail[depth] = key;
      const item = (value as Record<string, unknown>)[key];
      if (item === undefined) continue;
      // An assignment to this name would set the prototype.
      if (key === "__proto__") Object.defineProperty(result, key, { value: copy(item), ...own });
      else result[key] = copy(item);
    }
    trail.pop();
    return result;
  };
  return copy(state);
}

const own = { writable: true, enumerable: true, configurable: true };
