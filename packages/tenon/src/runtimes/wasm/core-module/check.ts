import type { FunctionType as CoreFunctionType, WasmModule } from "../../../binary/wasm/index.js";
import { type Contract, fullType, type Signature, signatures } from "../../../contract/core.js";
import { type Finding, finding } from "../../../errors/index.js";
import { preview1Names } from "../../../wasi/index.js";
import { flattenFunction } from "../abi/index.js";
import { guestContract } from "../guest-interfaces.js";
import { HostFunctions } from "../host-functions.js";
import { asyncLift, asyncLower, builtInOf } from "./built-ins.js";
import { memoryNeeds } from "./memory-needs.js";
import { coreExports, dropPrefix, type ExportNames, reallocNames } from "./names.js";
import { panicModule } from "./panic.js";
import { taskModule } from "./tasks.js";
import { timerModule } from "./timer.js";

/** What a core module lacks of its contract, exports with other core types, or imports that nobody offers. */
export function checkCoreModule(module: WasmModule, contract: Contract | undefined, given: string): readonly Finding[] {
  if (contract === undefined) return [];
  const names = coreExports(module.exports);
  return [
    ...checkExports(module, contract, names, given),
    ...checkMemory(module, contract, given),
    ...checkImports(module, contract, names, given),
  ];
}

function* checkExports(module: WasmModule, contract: Contract, names: ExportNames, given: string): Iterable<Finding> {
  for (const signature of signatures(contract.exports)) {
    if (signature.kind === "drop") continue;
    const name = names.find(contract, signature);
    if (name === undefined) {
      if (!signature.type.optional) yield missing(names.wanted(contract, signature), signature, given);
      continue;
    }
    const actual = typeOf(module, name);
    const wanted = flattenFunction(fullType(signature), "lift", name.startsWith(asyncLift));
    if (actual !== undefined && !sameCoreType(actual, wanted)) {
      yield finding("TENON_WASM_EXPORT_TYPE", {
        subject: signature.label,
        message: `${given} exports "${name}" as ${coreText(actual)}, and its contract makes it ${coreText(wanted)}`,
      });
    }
  }
}

/** Core imports of Tenon's own. */
const ownImports: Readonly<Record<string, readonly string[]>> = {
  [panicModule]: ["report"],
  [taskModule]: ["current", "select", "fail", "end", "failure", "break", "listen", "failed", "message", "rethrow"],
  [timerModule]: ["set"],
};

/** Where functions are imported or exported that pass values through memory. */
function* checkMemory(module: WasmModule, contract: Contract, given: string): Iterable<Finding> {
  const needs = memoryNeeds(contract);
  const has = (name: string, kind: string) => module.exports.some((each) => each.name === name && each.kind === kind);
  const lacking = [
    ...(needs.memory && !has("memory", "memory") ? ["memory"] : []),
    ...(needs.realloc && !reallocNames.some((name) => has(name, "function")) ? [reallocNames[0]] : []),
  ];
  for (const name of lacking) {
    yield finding("TENON_WASM_EXPORT_MISSING", {
      subject: name ?? "memory",
      message: `${given} does not export "${name}", through which values of its contract pass`,
    });
  }
}

function* checkImports(module: WasmModule, contract: Contract, names: ExportNames, given: string): Iterable<Finding> {
  const host = new HostFunctions(contract, { get: () => undefined });
  const guest = new HostFunctions(guestContract, { get: () => undefined });
  for (const { module: from, name, external } of module.imports) {
    if (external.kind === "function" && isOffered(from, name, contract, names, host, guest)) continue;
    yield finding("TENON_WASM_IMPORT_UNKNOWN", {
      subject: `${from}#${name}`,
      message: `${given} imports the ${external.kind} "${from}" "${name}", which neither its contract nor WASI has`,
    });
  }
}

function isOffered(
  from: string,
  name: string,
  contract: Contract,
  names: ExportNames,
  host: HostFunctions,
  guest: HostFunctions,
): boolean {
  if (from === "wasi_snapshot_preview1") return preview1Names.has(name);
  const own = ownImports[from];
  if (own !== undefined) return own.includes(name);
  if (builtInOf(contract, from, name) !== undefined) return true;
  if (from.startsWith("[export]")) {
    const resource = /^\[resource-(?:new|rep|drop)\](.+)$/.exec(name)?.[1];
    return names.resource(contract, from.slice("[export]".length), resource ?? "") !== undefined;
  }
  const scope = host.scope(from);
  if (name.startsWith(dropPrefix)) return scope?.resource(name.slice(dropPrefix.length)) !== undefined;
  const member = name.startsWith(asyncLower) ? name.slice(asyncLower.length) : name;
  return scope?.function(member) !== undefined || (from !== "$root" && guest.scope(from)?.function(name) !== undefined);
}

function typeOf(module: WasmModule, name: string): CoreFunctionType | undefined {
  const found = module.exports.find((each) => each.name === name && each.kind === "function");
  return found && module.functionType(found.index);
}

interface CoreShape {
  readonly parameters: readonly string[];
  readonly results: readonly string[];
}

function sameCoreType(one: CoreShape, other: CoreShape): boolean {
  return coreText(one) === coreText(other);
}

/** As the text format has it: `(i32, i32) -> (i64)`. */
function coreText({ parameters, results }: CoreShape): string {
  return `(${parameters.join(", ")}) -> (${results.join(", ")})`;
}

function missing(name: string, signature: Signature, given: string): Finding {
  return finding("TENON_WASM_EXPORT_MISSING", {
    subject: signature.label,
    message: `${given} does not export "${name}", which is ${signature.label}() of its contract`,
  });
}
