import type { FunctionType } from "../../../contract/core.js";
import { functionWithForms } from "../../../contract/model/component-contract.js";
import { functionText } from "../../../contract/validate/type-text.js";
import { importTypeDiffers, importUnknown } from "../../../errors/factories/wasm.js";
import type { HostInterfaces } from "../../../wasi/index.js";
import type { ResourceKind } from "../abi/state/resource-kind.js";
import type { HostFunctions } from "../linking/host-functions.js";
import { functionTypesEqual } from "../linking/type-equality.js";
import { worldImports } from "./linker.js";
import type { LinkedItem } from "./scope.js";
import type { ImportSource } from "./types.js";

/** Finds what a component imports: first in the host's contract, then in WASI. */
export function importSource(
  importName: string,
  host: HostFunctions,
  wasi: HostInterfaces,
  subject: string,
): ImportSource {
  const scope = host.scope(importName);
  const offered = wasi.get(importName);
  const shown = (name: string) => (importName === worldImports ? name : `${importName}#${name}`);
  const unknown = (what: string, name: string) =>
    importUnknown(subject, `the ${what} ${shown(name)}`, ["its contract", "WASI"], shown(name)).error();
  return {
    function(name: string, type: FunctionType): LinkedItem {
      const own = scope?.function(name);
      if (own !== undefined) {
        if (!functionTypesEqual(own.type, type))
          throw importTypeDiffers(subject, shown(name), functionText(own.type), functionText(type));
        return {
          sort: "function",
          value: { type: functionWithForms(type, own.type), label: own.label, call: own.call, start: own.start },
        };
      }
      const call = offered?.functions[name];
      if (call === undefined) throw unknown("function", name);
      return { sort: "function", value: { type, label: shown(name), call, start: call } };
    },
    resource(name: string): ResourceKind {
      const own = scope?.resource(name);
      if (own !== undefined) return { type: { ...own.type }, owner: undefined, drop: own.drop };
      const drop = offered?.resources[name];
      if (drop === undefined) throw unknown("resource", name);
      const type = { kind: "resource", name, constructs: undefined, methods: [], statics: [] } as const;
      return { type, owner: undefined, drop };
    },
  };
}
