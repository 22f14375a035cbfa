import type { FlagsType } from "../../model/model.js";
import { camel, kebab } from "../../model/names.js";
import type { ValuePosition } from "./value-position.js";

/** Parses flags from `{"read": true}` or from a list of names, in camelCase or as the contract's text spells them. */
export function flagsOf(type: FlagsType, json: unknown, position: ValuePosition): Record<string, boolean> {
  const names = type.flags.map(({ name }) => camel(name));
  const nameOf = (given: string): string => {
    const name = camel(kebab(given));
    if (names.includes(name)) return name;
    throw position.problem(`unknown flag "${given}"; use ${names.join(", ")}${position.source.near(given, names)}`);
  };
  if (Array.isArray(json)) {
    return Object.fromEntries(
      json.map((item, index) => {
        if (typeof item !== "string") throw position.item(index).mismatch("the name of a flag", item);
        return [nameOf(item), true];
      }),
    );
  }
  if (typeof json !== "object" || json === null) throw position.mismatch(`flags such as ${names.join(",")}`, json);
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      if (typeof value !== "boolean") throw position.field(key).mismatch("true or false", value);
      return [nameOf(key), value];
    }),
  );
}
