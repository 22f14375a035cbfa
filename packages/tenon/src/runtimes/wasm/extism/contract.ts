import type { WasmModule } from "../../../binary/wasm/index.js";
import { camel } from "../../../contract/core.js";
import { type Contract, type FunctionType, type Item, type Items, t } from "../../../contract/index.js";
import { makeContract } from "../../../contract/model/make.js";
import { kebab } from "../../../contract/model/names.js";
import { callableExports } from "./exports.js";
import { isBuiltInImport } from "./imports.js";
import { contractName, importedFunction, spellings } from "./names.js";

/**
 * Returns the contract of an Extism plugin, which carries none itself: the functions of the host's contract that it exports,
 * with the host's types. Without a host contract, every function takes bytes and returns bytes.
 */
export function extismContract(module: WasmModule, host: Contract | undefined): Contract {
  const callable = callableExports(module);
  if (host === undefined) return makeContract("extism:plugin", importsOf(module, undefined), derivedExports(callable));
  const owners = new Map(host.declarations.map(({ type, owner }) => [type, owner]));
  const isOffered = (name: string) => spellings(kebab(name)).some((each) => callable.has(each));
  return makeContract(host.id, importsOf(module, host), pick(host.exports, isOffered), host.docs, owners);
}

const anyFunction = () => t.func([["input", t.bytes]], t.bytes);

function derivedExports(callable: ReadonlySet<string>): Items {
  const items = new Map<string, FunctionType>();
  for (const name of callable) {
    const known = contractName(name);
    if (known !== undefined && !items.has(camel(known))) items.set(camel(known), anyFunction());
  }
  return Object.fromEntries(items);
}

/** Selects the functions that pass, also in interfaces. */
function pick(items: Items, passes: (name: string) => boolean): Items {
  const picked: [string, Item][] = [];
  for (const [key, item] of Object.entries(items)) {
    if (item.kind === "function" && passes(key)) picked.push([key, item]);
    if (item.kind !== "interface") continue;
    const members = Object.entries(item.members).filter(([name, member]) => member.kind === "function" && passes(name));
    if (members.length > 0) picked.push([key, { ...item, members: Object.fromEntries(members) }]);
  }
  return Object.fromEntries(picked);
}

const coreTypes: Readonly<Record<string, () => FunctionType["parameters"][number]["type"]>> = {
  i32: () => t.s32,
  i64: () => t.bytes,
  f32: () => t.f32,
  f64: () => t.f64,
};

/** Returns the imports that are in the host's contract, and for all others a contract derived from their core type. */
function importsOf(module: WasmModule, host: Contract | undefined): Items {
  const items = new Map<string, Item>();
  for (const { module: from, name, external } of module.imports) {
    if (external.kind !== "function" || isBuiltInImport(from, name)) continue;
    const signature = host && importedFunction(host, from, name);
    if (signature !== undefined) {
      const key = signature.interface ?? signature.name;
      items.set(key, host!.imports[key]!);
      continue;
    }
    const type = module.types[external.type];
    const known = contractName(name);
    if (type?.kind !== "function" || known === undefined || items.has(camel(known))) continue;
    const parameters = type.parameters.map((core, index) => [`p${index + 1}`, coreTypes[core]?.() ?? t.s32] as const);
    const [result] = type.results;
    items.set(camel(known), t.func(parameters, result === undefined ? undefined : coreTypes[result]?.()));
  }
  return Object.fromEntries(items);
}
