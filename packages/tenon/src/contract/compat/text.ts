import type { FunctionType, Type } from "../model.js";
import * as wit from "../validate/type-text.js";

const longest = 200;

/** Stands where one side has nothing. */
export const absent = "absent";

/** A type as WIT text, cut short with `…` when it is too long for a message. */
export function typeText(type: Type): string {
  return shortened(wit.typeText(type));
}

/** A function's type as WIT text, with its gate, cut short likewise. */
export function functionText(type: FunctionType): string {
  return shortened(`${type.optional ? "@unstable(feature = optional) " : ""}${wit.functionText(type)}`);
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
