import type { Contract } from "../../../contract/core.js";
import { importUnknown } from "../../../errors/factories/wasm.js";
import type { Finding } from "../../../errors/index.js";
import { isPreview2Interface } from "../../../wasi/index.js";
import { isRuntimeInterface } from "../guest-interfaces.js";
import { HostFunctions } from "../host-functions.js";
import { parseComponent } from "../parsed-component.js";

/** Finds imports of a component that neither its contract nor WASI provides. */
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
        ? host?.scope(name) !== undefined || isPreview2Interface(name) || name.startsWith("tenon:guest/")
        : host?.scope("$root")?.function(name) !== undefined || imported.kind === "type";
    // Without a contract, only the runtime's own interfaces can be known to be missing.
    if (isKnown || (contract === undefined && !isRuntimeInterface(name))) return [];
    return [importUnknown(given, `"${name}"`, ["its contract", "WASI"], name).finding()];
  });
}
