import { contractInvalid } from "../../errors/factories/contract.js";
import type { NamedType, Type } from "./model.js";
import { holdsReferences, innerTypes } from "./reach.js";

/**
 * Checks the recursive types of a contract: each must have values that end, and consist of plain data, so that nothing that
 * must be released is at an unknown depth.
 *
 * @param named every named type of the contract.
 * @throws TENON_CONTRACT_INVALID
 */
export function expectFinite(id: string, named: readonly NamedType[]): void {
  const targets = new Set<Type>();
  const visited = new Set<Type>();
  const waiting: (Type | undefined)[] = named.flatMap((type) => (type.kind === "resource" ? [] : [type]));
  while (waiting.length > 0) {
    const type = waiting.pop();
    if (type === undefined || visited.has(type)) continue;
    visited.add(type);
    if (type.kind === "recursive") targets.add(type.target);
    waiting.push(...innerTypes(type));
  }
  if (targets.size === 0) return;
  const finite = finiteTypes(named);
  for (const type of named) {
    if (!targets.has(type as Type)) continue;
    if (holdsReferences(type as Type))
      throw contractInvalid(
        id,
        `the recursive type "${type.name}" contains a resource, stream or future`,
        "Recursive types hold plain data only. Pass a list of the objects beside the value, and refer to them by index.",
      );
    if (!finite.has(type as Type))
      throw contractInvalid(
        id,
        `the type "${type.name}" has no finite value: every value of it contains another one`,
        "Put the inner value into an option, a list, a map, or one case of a variant.",
      );
  }
}

/** The named types of which a value can end. Repeats until nothing changes: a type may depend on those before and after it. */
function finiteTypes(named: readonly NamedType[]): ReadonlySet<Type> {
  const finite = new Set<Type>();
  const ends = (type: Type | undefined): boolean => {
    switch (type?.kind) {
      case "record":
      case "variant":
        return finite.has(type);
      case "recursive":
        return finite.has(type.target);
      case "tuple":
        return type.items.every(ends);
      case "result":
        return ends(type.ok) || ends(type.err);
      default:
        return true;
    }
  };
  let left = named.flatMap((type) => (type.kind === "record" || type.kind === "variant" ? [type] : [])).reverse();
  for (let before = -1; left.length !== before; ) {
    before = left.length;
    left = left.filter((type) => {
      const hasEnd =
        type.kind === "record"
          ? type.fields.every((field) => ends(field.type))
          : type.cases.some((item) => ends(item.type));
      if (hasEnd) finite.add(type);
      return !hasEnd;
    });
  }
  return finite;
}
