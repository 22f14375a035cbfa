import type { Contract, Type } from "./model.js";
import { functionTypes, innerTypes } from "./reach.js";
import { signatures } from "./signature.js";

/** A type that the Component Model lacks, so that a WebAssembly plugin cannot use it as it is. */
export type BeyondComponents = Extract<Type, { kind: "map" | "json" | "recursive" | "enum" }>;

/** Returns the first type of a contract that the Component Model lacks, and the function that uses it. */
export function beyondComponents(
  contract: Contract,
): { readonly label: string; readonly type: BeyondComponents } | undefined {
  const visited = new Set<Type>();
  for (const { label, type } of [...signatures(contract.imports), ...signatures(contract.exports)]) {
    const waiting: (Type | undefined)[] = functionTypes(type);
    while (waiting.length > 0) {
      const next = waiting.pop();
      if (next === undefined || visited.has(next)) continue;
      visited.add(next);
      if (next.kind === "map" || next.kind === "json" || next.kind === "recursive") return { label, type: next };
      if (next.kind === "enum" && next.open) return { label, type: next };
      waiting.push(...innerTypes(next));
    }
  }
  return undefined;
}
