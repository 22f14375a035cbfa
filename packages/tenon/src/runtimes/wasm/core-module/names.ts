import type { Contract, ResourceType, Signature } from "../../../contract/core.js";
import { signatures } from "../../../contract/core.js";
import { interfaceKey } from "../linking/host-functions.js";
import { interfaceId, namesMatch } from "../linking/interface-names.js";
import { asyncLiftPrefix, callbackPrefix } from "./built-ins.js";

/** The prefix of the name of an import that drops a handle. */
export const dropPrefix = "[resource-drop]";

/** The name of the allocator function, in current and in older bindings. */
export const reallocNames = ["cabi_realloc", "canonical_abi_realloc"] as const;

/** Finds the exports of a core module that belong to the functions of a contract. */
export interface ExportNames {
  /** Returns the name of the export for a function, or `undefined` if there is none. */
  find(contract: Contract, signature: Signature): string | undefined;
  /** Returns the name of the export that destroys an object of a resource that the module implements. */
  destructor(contract: Contract, drop: Signature): string | undefined;
  /** Returns the exported resource with a name in a scope (`demo:kit/store@1.0.0`, `$root`). */
  resource(contract: Contract, scope: string, name: string): ResourceType | undefined;
  /** Returns the name that the export for a function should have, for messages. */
  expectedName(contract: Contract, signature: Signature): string;
}

/** Source: Component Model, "Build Targets" and wit-component's names of core functions: `demo:kit/store@1.0.0#get`. */
export function coreExports(exports: readonly { readonly name: string; readonly kind: string }[]): ExportNames {
  const byMember = new Map<string, { readonly scope: string; readonly name: string }[]>();
  for (const { name, kind } of exports) {
    if (kind !== "function" || name.startsWith(callbackPrefix)) continue;
    const plain = name.startsWith(asyncLiftPrefix) ? name.slice(asyncLiftPrefix.length) : name;
    const hash = plain.indexOf("#");
    const member = hash < 0 ? plain : plain.slice(hash + 1);
    const list = byMember.get(member) ?? [];
    list.push({ scope: hash < 0 ? "" : plain.slice(0, hash), name });
    byMember.set(member, list);
  }
  const locate = (contract: Contract, owner: string | undefined, member: string): string | undefined => {
    const candidates = byMember.get(member) ?? [];
    if (owner === undefined) return candidates.find(({ scope }) => scope === "")?.name;
    const item = contract.exports[owner];
    if (item?.kind !== "interface") return undefined;
    const id = interfaceId(contract, owner, item);
    return (
      candidates.find(({ scope }) => scope === id) ??
      candidates.find(({ scope }) => namesMatch(scope, id)) ??
      candidates.find(({ scope }) => interfaceKey(contract, contract.exports, scope) === owner)
    )?.name;
  };
  return {
    find: (contract, signature) => locate(contract, signature.interface, memberOf(signature)),
    destructor: (contract, drop) => locate(contract, drop.interface, `[dtor]${drop.resource?.name ?? ""}`),
    resource(contract, scope, name) {
      const key = scope === "$root" ? undefined : interfaceKey(contract, contract.exports, scope);
      const drops = signatures(contract.exports).filter((each) => each.kind === "drop" && each.interface === key);
      return drops.find(({ resource }) => resource?.name === name)?.resource;
    },
    expectedName(contract, signature) {
      const item = signature.interface === undefined ? undefined : contract.exports[signature.interface];
      const scope = item?.kind === "interface" ? `${interfaceId(contract, signature.interface ?? "", item)}#` : "";
      return scope + memberOf(signature);
    },
  };
}

/** Returns what follows the `#` of a path: `get`, `[method]counter.increment`. */
function memberOf({ path }: Signature): string {
  return path.slice(path.indexOf("#") + 1);
}
