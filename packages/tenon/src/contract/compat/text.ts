import type { FunctionType, Type } from "../model/model.js";
import * as wit from "../validate/type-text.js";

const longest = 200;

/** The text for a side that has nothing. */
export const absent = "absent";

/** Returns a type as WIT text, cut with `…` if it is too long for a message. */
export function typeText(type: Type): string {
  return shortened(wit.typeText(type));
}

/** Returns a function's type as WIT text, with its gate, cut in the same way. */
export function functionText(type: FunctionType): string {
  return shortened(`${type.optional ? "@unstable(feature = optional) " : ""}${wit.functionText(type)}`);
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
