import { type Contract, kebab, pascal, type Signature } from "../../../../contract/index.js";
import { interfaceName } from "./go-names.js";

/** Returns `Get`, `NewCounter`, `CounterMaximum`, `Increment`: the name of a function in Go. */
export function goFunction({ kind, name, resource }: Signature): string {
  const plain = pascal(kebab(name));
  const own = resource === undefined ? "" : pascal(resource.name);
  if (kind === "constructor") return `New${own}`;
  return kind === "static" ? own + plain : plain;
}

/** Returns `get`, `[method]counter.increment`. */
export function memberName({ path }: Signature): string {
  return path.slice(path.indexOf("#") + 1);
}

/** Returns the full name of the interface that a function is in, or `undefined` for the world itself. */
export function scopeOf(contract: Contract, side: "imports" | "exports", signature: Signature): string | undefined {
  const key = signature.interface;
  const item = key === undefined ? undefined : contract[side][key];
  return key === undefined || item?.kind !== "interface" ? undefined : interfaceName(contract, key, item);
}
