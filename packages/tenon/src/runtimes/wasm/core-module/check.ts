import type { FunctionType as CoreFunctionType, WasmModule } from "../../../binary/wasm/index.js";
import { type Contract, fullType, signatures } from "../../../contract/core.js";
import { coreTypeDiffers, exportMissing, importUnknown, memoryExportMissing } from "../../../errors/factories/wasm.js";
import type { Finding } from "../../../errors/index.js";
import { preview1Names } from "../../../wasi/index.js";
import { flattenFunction } from "../abi/index.js";
import { guestContract } from "../linking/guest-interfaces.js";
import { HostFunctions } from "../linking/host-functions.js";
import { asyncLiftPrefix, asyncLowerPrefix, builtInOf } from "./built-ins.js";
import { memoryNeeds } from "./memory-needs.js";
import { coreExports, dropPrefix, type ExportNames, reallocNames } from "./names.js";
import { panicModule } from "./panic.js";
import { taskModule } from "./tasks.js";
import { timerModule } from "./timer.js";

/** Finds exports that a core module lacks or that have the wrong core type, and imports that nothing provides. */
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
      if (!signature.type.optional)
        yield exportMissing(given, signature.label, names.expectedName(contract, signature)).finding();
      continue;
    }
    const actual = typeOf(module, name);
    const wanted = flattenFunction(fullType(signature), "lift", name.startsWith(asyncLiftPrefix));
    if (actual !== undefined && !sameCoreType(actual, wanted)) {
      yield coreTypeDiffers(given, name, signature.label, coreText(wanted), coreText(actual));
    }
  }
}

/** Core imports that Tenon itself provides. */
const ownImports: Readonly<Record<string, readonly string[]>> = {
  [panicModule]: ["report"],
  [taskModule]: ["current", "select", "fail", "end", "failure", "break", "listen", "failed", "message", "rethrow"],
  [timerModule]: ["set"],
};

/** Finds the exports that functions need which pass values in memory. */
function* checkMemory(module: WasmModule, contract: Contract, given: string): Iterable<Finding> {
  const needs = memoryNeeds(contract);
  const has = (name: string, kind: string) => module.exports.some((each) => each.name === name && each.kind === kind);
  const lacking = [
    ...(needs.memory && !has("memory", "memory") ? ["memory"] : []),
    ...(needs.realloc && !reallocNames.some((name) => has(name, "function")) ? [reallocNames[0]] : []),
  ];
  for (const name of lacking) {
    yield memoryExportMissing(given, name);
  }
}

function* checkImports(module: WasmModule, contract: Contract, names: ExportNames, given: string): Iterable<Finding> {
  const host = new HostFunctions(contract, { get: () => undefined });
  const guest = new HostFunctions(guestContract, { get: () => undefined });
  for (const { module: from, name, external } of module.imports) {
    if (external.kind === "function" && isOffered(from, name, contract, names, host, guest)) continue;
    const what = `the ${external.kind} "${from}" "${name}"`;
    yield importUnknown(given, what, ["its contract", "WASI"], `${from}#${name}`).finding();
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
  const member = name.startsWith(asyncLowerPrefix) ? name.slice(asyncLowerPrefix.length) : name;
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

/** The type as text: `(i32, i32) -> (i64)`. */
function coreText({ parameters, results }: CoreShape): string {
  return `(${parameters.join(", ")}) -> (${results.join(", ")})`;
}
