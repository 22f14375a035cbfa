import type { CTypes } from "./c-types.js";
import type { ChoiceType, ProductType } from "./flat.js";

/** The member of a struct that tells which case a value is. */
export function tagOf({ kind }: ChoiceType): string {
  return kind === "option" ? "some" : kind === "result" ? "is_error" : "tag";
}

/** The member that holds what a case carries. */
export function payloadOf(types: CTypes, type: ChoiceType, index: number): string {
  if (type.kind === "option") return "value";
  if (type.kind === "result") return index === 0 ? "ok" : "error";
  return types.member(type, type.cases[index]!.name);
}

/** The member of a record's field or a tuple's item. */
export function partOf(types: CTypes, type: ProductType, index: number): string {
  return type.kind === "tuple" ? `f${index}` : types.member(type, type.fields[index]!.name);
}
