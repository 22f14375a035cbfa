import { camel, type FlagsType, kebab } from "../../contract/index.js";
import { didYouMean } from "../../runtime/nearest.js";
import type { Place } from "./place.js";

/** Flags from `{"read": true}` or from a list of names, which may be written as the contract's text has them. */
export function flagsOf(type: FlagsType, json: unknown, place: Place): Record<string, boolean> {
  const names = type.flags.map(({ name }) => camel(name));
  const nameOf = (given: string): string => {
    const name = camel(kebab(given));
    if (names.includes(name)) return name;
    throw place.problem(`there is no flag "${given}"${didYouMean(given, names)}; there are ${names.join(", ")}`);
  };
  if (Array.isArray(json)) {
    return Object.fromEntries(
      json.map((item, index) => {
        if (typeof item !== "string") throw place.item(index).mismatch("the name of a flag", item);
        return [nameOf(item), true];
      }),
    );
  }
  if (typeof json !== "object" || json === null) throw place.mismatch(`flags, as ${names.join(",")}`, json);
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      if (typeof value !== "boolean") throw place.field(key).mismatch("true or false", value);
      return [nameOf(key), value];
    }),
  );
}
