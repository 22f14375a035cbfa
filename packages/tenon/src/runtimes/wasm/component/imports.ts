import type { FunctionType } from "../../../contract/core.js";
import { errors } from "../../../errors/index.js";
import type { HostInterfaces } from "../../../wasi/index.js";
import type { ResourceKind } from "../abi/resource-kind.js";
import type { HostFunctions } from "../host-functions.js";
import { sameFunctionShape } from "../same-shape.js";
import { worldImports } from "./linker.js";
import type { LinkedItem } from "./scope.js";
import type { ImportSource } from "./types.js";

/** Finds what a component imports: in the host's contract first, then among the interfaces of WASI. */
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
    errors.TENON_WASM_IMPORT_UNKNOWN({
      message: `${subject} imports the ${what} ${shown(name)}, which neither the contract nor WASI offers`,
      subject: shown(name),
    });
  const mismatch = (name: string) =>
    errors.TENON_WASM_IMPORT_UNKNOWN({
      message: `${subject} imports ${shown(name)} with other types than the contract that it carries`,
      subject: shown(name),
    });
  return {
    function(name: string, type: FunctionType): LinkedItem {
      const own = scope?.function(name);
      if (own !== undefined) {
        if (!sameFunctionShape(own.type, type)) throw mismatch(name);
        return { sort: "function", value: { type, label: own.label, call: own.call, start: own.start } };
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
