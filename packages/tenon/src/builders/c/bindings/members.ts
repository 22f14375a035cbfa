import type { CTypes } from "./c-types.js";
import type { ChoiceType, ProductType } from "./flat.js";

/** Returns the struct member that says which case a value is. */
export function tagOf({ kind }: ChoiceType): string {
  return kind === "option" ? "some" : kind === "result" ? "is_error" : "tag";
}

/** Returns the struct member with the payload of a case. */
export function payloadOf(types: CTypes, type: ChoiceType, index: number): string {
  if (type.kind === "option") return "value";
  if (type.kind === "result") return index === 0 ? "ok" : "error";
  return types.member(type, type.cases[index]!.name);
}

/** Returns the struct member of a record's field or a tuple's item. */
export function partOf(types: CTypes, type: ProductType, index: number): string {
  return type.kind === "tuple" ? `f${index}` : types.member(type, type.fields[index]!.name);
}
