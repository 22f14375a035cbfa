import { type Contract, fullType, type Signature, signatures } from "../../contract/core.js";
import { functionText } from "../../contract/validate/type-text.js";
import { exportMissing, exportTypeDiffers } from "../../errors/factories/wasm.js";
import { isCommandRun } from "../../program/command-program-contract.js";
import { dropObject, type GuestObject } from "./abi/index.js";
import { isProgramStart, programFunctions } from "./command/program.js";
import { runCommand } from "./command/run.js";
import { instantiateComponent } from "./component/instantiate.js";
import type { ComponentFunction, LinkedInstance } from "./component/scope.js";
import { httpHandlerOf, loadHttpHandler } from "./http/load.js";
import { guestContract } from "./linking/guest-interfaces.js";
import { interfaceId, namesMatch } from "./linking/interface-names.js";
import type { LoadContext, LoadedPlugin } from "./linking/load-context.js";
import type { PluginFunction } from "./linking/plugin-function.js";
import { functionTypesEqual } from "./linking/type-equality.js";
import { parseComponent } from "./modules/parsed-component.js";
import { LinkRecord } from "./state/link-record.js";
import type { PluginState } from "./state/plugin-state.js";

/** Loads a component: links it, and finds the functions of the contract among its exports. */
export async function loadComponent(loading: LoadContext): Promise<LoadedPlugin> {
  const { contract } = loading.request;
  const called = signatures(contract.exports).filter((signature) => !isProgramStart(signature));
  const program = parseComponent(loading.payload.bytes).type.exports.some(({ name }) => isCommandRun(name));
  const isCommand = called.length > 0 && called.every((signature) => isRun(contract, signature));
  if (program) {
    const started = programFunctions(loading);
    const own = isCommand ? loadCommandComponent(called, loading) : await loadFunctions(called, loading);
    return together(own, started);
  }
  return isCommand ? loadCommandComponent(called, loading) : loadFunctions(called, loading);
}

async function loadFunctions(called: readonly Signature[], loading: LoadContext): Promise<LoadedPlugin> {
  const handler = httpHandlerOf(loading.payload.bytes, loading.request.contract);
  if (handler === undefined) return link(loading, loading.plugin);
  const served = await loadHttpHandler(handler, loading);
  if (called.length === 1) return served;
  return together(link(loading, loading.plugin, handler), served);
}

function together(one: LoadedPlugin, other: LoadedPlugin): LoadedPlugin {
  return {
    functions: new Map([...one.functions, ...other.functions]),
    release() {
      other.release();
      one.release();
    },
  };
}

/** @param handler the function that runs in other instances: an HTTP handler. */
function link(loading: LoadContext, plugin: PluginState, handler?: Signature): LoadedPlugin {
  const { request } = loading;
  const { exports, release } = instantiateComponent(loading, plugin);
  const functions = new Map<string, PluginFunction>();
  for (const contract of [request.contract, guestContract]) {
    for (const signature of signatures(contract.exports)) {
      if (signature.path === handler?.path || isProgramStart(signature)) continue;
      const found = functionOf(contract, signature, exports);
      if (found !== undefined) functions.set(signature.path, withExpectedType(found, signature, plugin.subject));
      else if (contract !== guestContract && !signature.type.optional)
        throw exportMissing(plugin.subject, signature.label, signature.path).error();
    }
  }
  return { functions, release };
}

/**
 * Loads a command. Each run gets its own instance, as each run of a program gets its own process.
 *
 * @param runs its `run`, one for each version of WASI that it has one for
 */
function loadCommandComponent(runs: readonly Signature[], loading: LoadContext): LoadedPlugin {
  const { subject } = loading.plugin;
  const record = new LinkRecord();
  const functions = runs.map((signature): [string, PluginFunction] => {
    const call = () => {
      const plugin: PluginState = { ...loading.plugin, record, states: [], onTrap() {} };
      return runCommand(subject, () => {
        const linked = link(loading, plugin);
        return { run: () => linked.functions.get(signature.path)?.call(), release: linked.release };
      });
    };
    return [signature.path, { signature, call }];
  });
  return { functions: new Map(functions), release() {} };
}

function isRun(contract: Contract, signature: Signature): boolean {
  const item = signature.interface === undefined ? undefined : contract.exports[signature.interface];
  return item?.kind === "interface" && /^wasi:cli\/run(@|$)/.test(interfaceId(contract, signature.interface!, item));
}

function functionOf(contract: Contract, signature: Signature, exports: LinkedInstance): PluginFunction | undefined {
  const scope = scopeOf(contract, signature, exports);
  if (scope === undefined) return undefined;
  if (signature.kind === "drop") {
    return { signature, call: (object: GuestObject) => dropObject(object.kind, object) };
  }
  const item = scope.get(signature.path.slice(signature.path.indexOf("#") + 1));
  if (item?.sort !== "function") return undefined;
  const found = item.value.as?.(fullType(signature)) ?? item.value;
  found.label = signature.label;
  return asPluginFunction(signature, found);
}

/** Returns the function as one of the plugin; it is compiled when it is first called. */
function asPluginFunction(
  signature: Signature,
  found: ComponentFunction,
): PluginFunction & { type: ComponentFunction["type"] } {
  return {
    signature,
    type: found.type,
    get call() {
      return found.call;
    },
    get start() {
      return found.start;
    },
  };
}

function scopeOf(contract: Contract, signature: Signature, exports: LinkedInstance): LinkedInstance | undefined {
  if (signature.interface === undefined) return exports;
  const item = contract.exports[signature.interface];
  if (item?.kind !== "interface") return undefined;
  const id = interfaceId(contract, signature.interface, item);
  const plain = id.replace(/@.*$/, "").replace(/^.*\//, "");
  const names = [...exports.keys()];
  const name = exports.has(id) ? id : (names.find((each) => namesMatch(each, id)) ?? plain);
  const found = exports.get(name);
  return found?.sort === "instance" ? found.value : undefined;
}

function withExpectedType(found: PluginFunction, signature: Signature, subject: string): PluginFunction {
  const type = (found as { type?: ComponentFunction["type"] }).type;
  if (type === undefined || functionTypesEqual(fullType(signature), type)) return found;
  throw exportTypeDiffers(subject, signature.label, functionText(fullType(signature)), functionText(type));
}
