import type { Contract } from "../../../contract/core.js";
import { type Finding, finding } from "../../../errors/index.js";
import { preview2Names } from "../../../wasi/index.js";
import { isRuntimeInterface } from "../guest-interfaces.js";
import { HostFunctions } from "../host-functions.js";
import { parseComponent } from "../parsed-component.js";

/** What a component imports that neither its contract nor WASI offers. */
export function checkComponentImports(
  bytes: Uint8Array,
  contract: Contract | undefined,
  given: string,
): readonly Finding[] {
  const host = contract && new HostFunctions(contract, { get: () => undefined });
  const { type } = parseComponent(bytes);
  return type.imports.flatMap(({ name, type: imported }) => {
    const isKnown =
      imported.kind === "instance"
        ? host?.scope(name) !== undefined || preview2Names(name) || name.startsWith("tenon:guest/")
        : host?.scope("$root")?.function(name) !== undefined || imported.kind === "type";
    // Without a contract, nothing but the runtime's own interfaces can be told to be missing.
    if (isKnown || (contract === undefined && !isRuntimeInterface(name))) return [];
    return [
      finding("TENON_WASM_IMPORT_UNKNOWN", {
        subject: name,
        message: `${given} imports "${name}", which neither its contract nor WASI offers`,
      }),
    ];
  });
}
