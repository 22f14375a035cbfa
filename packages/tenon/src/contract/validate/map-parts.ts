// The intrinsic: the methods of a value from a plugin may be the plugin's own.
const { forEach } = Map.prototype;

/**
 * Returns the keys and values of a `Map` in turn, each read once, or `undefined` for anything else. A map of another realm is
 * one as well; a proxy of a map is none.
 */
export function mapParts(value: unknown): unknown[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const parts: unknown[] = [];
  try {
    forEach.call(value as Map<unknown, unknown>, (item, key) => {
      parts.push(key, item);
    });
  } catch {
    return undefined;
  }
  return parts;
}
