import type { ResolvedItem, Resource } from "../../../binary/component/index.js";
import type { Contract } from "../../../contract/core.js";
import { importUnknown } from "../../../errors/factories/wasm.js";
import type { Finding } from "../../../errors/index.js";
import { describePreview2, type HostInterface } from "../../../wasi/index.js";
import { guestInterfaces, isRuntimeInterface } from "../linking/guest-interfaces.js";
import { HostFunctions, type HostScope } from "../linking/host-functions.js";
import { parseComponent } from "../modules/parsed-component.js";
import { worldImports } from "./linker.js";

/**
 * Finds imports of a component that neither its contract nor WASI provides: the functions and resources that linking would
 * not find. Types that an interface only names need nobody to provide them.
 */
export function checkComponentImports(
  bytes: Uint8Array,
  contract: Contract | undefined,
  given: string,
): readonly Finding[] {
  const host = contract && new HostFunctions(contract, { get: () => undefined });
  const { type } = parseComponent(bytes);
  const known = new Set<Resource>();
  const findings: Finding[] = [];
  const report = (what: string, name: string) =>
    findings.push(importUnknown(given, what, ["its contract", "WASI"], name).finding());
  for (const { name, type: imported } of type.imports) {
    // Without a contract, only the runtime's own interfaces can be known to be missing.
    if (contract === undefined && !isRuntimeInterface(name)) continue;
    const members = imported.kind === "instance" ? imported.type.exports : new Map([[name, imported]]);
    const from = imported.kind === "instance" ? name : worldImports;
    const scope = host?.scope(from);
    const offered = guest.get(from) ?? describePreview2(from);
    const missing = [...members].filter(([member, item]) => !isProvided(member, item, scope, offered, known));
    if (missing.length > 0 && imported.kind === "instance" && scope === undefined && offered === undefined)
      report(`"${name}"`, name);
    else
      for (const [member, { kind }] of missing) {
        const shown = imported.kind === "instance" ? `${name}#${member}` : member;
        report(`the ${kind === "type" ? "resource" : kind} ${shown}`, shown);
      }
  }
  return findings;
}

const guest = guestInterfaces({ settings: undefined, log() {}, panic() {} });

/** @param known the resources that were seen so far: under their other names, they are only types. */
function isProvided(
  name: string,
  item: ResolvedItem,
  scope: HostScope | undefined,
  offered: HostInterface | undefined,
  known: Set<Resource>,
): boolean {
  switch (item.kind) {
    case "function":
      return scope?.function(name) !== undefined || Object.hasOwn(offered?.functions ?? {}, name);
    case "type": {
      if (item.type.kind !== "resource" || known.has(item.type.resource)) return true;
      known.add(item.type.resource);
      return scope?.resource(name) !== undefined || Object.hasOwn(offered?.resources ?? {}, name);
    }
    case "instance":
      return true;
    default:
      return false;
  }
}
