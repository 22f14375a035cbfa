import type { Contract, RecursiveType, Type } from "./model.js";
import { functionTypes, innerTypes } from "./reach.js";
import { signatures } from "./signature.js";

/** Returns the first recursive type of a contract, which components cannot have, and the function that uses it. */
export function recursionIn(contract: Contract): { readonly label: string; readonly type: RecursiveType } | undefined {
  const visited = new Set<Type>();
  for (const { label, type } of [...signatures(contract.imports), ...signatures(contract.exports)]) {
    const waiting: (Type | undefined)[] = functionTypes(type);
    while (waiting.length > 0) {
      const next = waiting.pop();
      if (next === undefined || visited.has(next)) continue;
      visited.add(next);
      if (next.kind === "recursive") return { label, type: next };
      waiting.push(...innerTypes(next));
    }
  }
  return undefined;
}
