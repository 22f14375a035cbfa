import { stateNotJson } from "../../errors/factories/javascript.js";

/**
 * Copies a plugin's state. Only JSON values are accepted, because anything else would be lost on the way.
 *
 * @throws TENON_STATE_FAILED with the path of the value that is not JSON.
 */
export function copyState(state: unknown, subject: string): unknown {
  const open = new Set<object>();
  const refuse = (path: string, what: string) => stateNotJson(subject, path, what);

  const copy = (value: unknown, path: string): unknown => {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        if (!Number.isFinite(value)) throw refuse(path, String(value));
        return value;
      case "object":
        break;
      default:
        throw refuse(path, `of type ${typeof value}`);
    }
    if (value === null) return null;
    if (open.has(value)) throw refuse(path, "a circular reference");
    if (open.size > 1000) throw refuse(path, "nested more than 1000 deep");
    open.add(value);
    const result = Array.isArray(value)
      ? Array.from(value, (item, index) => copy(item, `${path}[${index}]`))
      : copyObject(value, path);
    open.delete(value);
    return result;
  };
  const copyObject = (value: object, path: string): object => {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      throw refuse(path, `a ${value.constructor?.name ?? "class instance"}`);
    }
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, `${path}.${key}`)]));
  };
  return copy(state, "state");
}
