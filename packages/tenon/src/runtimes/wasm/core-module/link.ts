import {
  type Contract,
  type FutureType,
  fullType,
  type ResourceType,
  resources,
  type Signature,
  type StreamType,
  signatures,
  type Type,
} from "../../../contract/index.js";
import { exportMissing, importUnknown } from "../../../errors/factories/wasm.js";
import type { Clocks, HostInterfaces, Preview1 } from "../../../wasi/index.js";
import type { CanonicalOptions, CoreFunction } from "../abi/code/options.js";
import {
  CallStack,
  compileAsyncLower,
  compileLift,
  compileLiftOnStack,
  compileLower,
  compileLowerOnStack,
  defineBuiltIn,
  dropObject,
  resourceDrop,
  resourceNew,
  resourceRep,
} from "../abi/index.js";
import type { ResourceKind } from "../abi/state/resource-kind.js";
import { guestContract } from "../linking/guest-interfaces.js";
import { type HostFunction, HostFunctions } from "../linking/host-functions.js";
import { lazyPluginFunction, type PluginFunction } from "../linking/plugin-function.js";
import { instantiateModule } from "../modules/engine.js";
import { createState, type PluginState } from "../state/plugin-state.js";
import { asyncLiftPrefix, asyncLowerPrefix, type BuiltIn, builtInOf, callbackPrefix } from "./built-ins.js";
import { coreExports, dropPrefix, type ExportNames, reallocNames } from "./names.js";
import { guestTextReader, panicImports, panicModule } from "./panic.js";
import { taskImports, taskModule } from "./tasks.js";
import { timerImports, timerModule } from "./timer.js";

/** What the linker needs to link a core module. */
export interface CoreModuleOptions {
  readonly module: WebAssembly.Module;
  readonly contract: Contract;
  readonly host: HostFunctions;
  /** Interfaces that are not in the contract: those that the guest package defines. */
  readonly interfaces: Pick<HostInterfaces, "get">;
  readonly preview1: Preview1;
  readonly plugin: PluginState;
  /** Whether the engine suspends code that calls a host function that returns a promise. */
  readonly suspends: boolean;
  /** The clocks that the module sees. */
  readonly clocks: Clocks;
}

/**
 * Instantiates a core module whose imports and exports have the canonical ABI's names, and lifts its exports with the types
 * of its contract.
 *
 * @returns the functions by path (see `Signature.path`); optional functions may be missing.
 * @throws TENON_WASM_IMPORT_UNKNOWN, TENON_WASM_EXPORT_MISSING, TENON_WASM_TRAP and other failures of its initialisation
 */
export function linkCoreModule(options: CoreModuleOptions): ReadonlyMap<string, PluginFunction> {
  return new CoreModuleLinker(options).link();
}

class CoreModuleLinker {
  readonly #options: CoreModuleOptions;
  readonly #state;
  readonly #kinds = new Map<ResourceType, ResourceKind>();
  readonly #names: ExportNames;
  /** Core imports that Tenon itself provides. */
  readonly #own: ReadonlyMap<string, () => Readonly<Record<string, CoreFunction>>>;
  #exports: WebAssembly.Exports = {};
  #canonical: CanonicalOptions | undefined;

  constructor(options: CoreModuleOptions) {
    this.#options = options;
    this.#state = createState(options.plugin);
    this.#state.reentrant = true;
    if (options.suspends) this.#state.stack = new CallStack(this.#state);
    this.#names = coreExports(WebAssembly.Module.exports(options.module));
    const text = guestTextReader(() => this.#memory());
    this.#own = new Map([
      [panicModule, once(() => panicImports(text, this.#state))],
      [taskModule, once(() => taskImports(text, () => this.#memory(), this.#state))],
      [timerModule, once(() => timerImports(options.clocks, this.#state))],
    ]);
    for (const resource of resources(options.contract.exports)) this.#defineOwn(resource);
  }

  link(): ReadonlyMap<string, PluginFunction> {
    const { module, plugin, preview1 } = this.#options;
    const instance = instantiateModule(module, this.#imports(), plugin);
    this.#exports = instance.exports;
    const { memory } = instance.exports;
    if (memory instanceof WebAssembly.Memory) preview1.bind(memory);
    this.#initialise(instance.exports);
    return new Map([
      ...this.#lifted(this.#options.contract, (signature) => !signature.type.optional),
      ...this.#lifted(guestContract, () => false),
    ]);
  }

  /** Runs the initialisation of a reactor. Source: WASI, "Application ABI". */
  #initialise(exports: WebAssembly.Exports): void {
    const initialise = exports._initialize;
    if (typeof initialise === "function") this.#runUnsuspendable(() => (initialise as CoreFunction)());
    if (this.#state.reported !== undefined) throw this.#state.reported;
  }

  *#lifted(contract: Contract, required: (signature: Signature) => boolean): Iterable<[string, PluginFunction]> {
    for (const signature of signatures(contract.exports)) {
      if (signature.kind === "drop") {
        yield [signature.path, { signature, call: (object) => dropObject(this.#kind(signature.resource!), object) }];
        continue;
      }
      const name = this.#names.find(contract, signature);
      const core = name === undefined ? undefined : this.#exports[name];
      if (typeof core !== "function" || name === undefined) {
        if (required(signature)) throw this.#missing(contract, signature);
        continue;
      }
      yield [signature.path, this.#lift(signature, name, core as CoreFunction)];
    }
  }

  #lift(signature: Signature, name: string, core: CoreFunction): PluginFunction {
    const postReturn = this.#exports[`cabi_post_${name}`];
    const async = name.startsWith(asyncLiftPrefix);
    const options = {
      ...this.#canonicalOptions(),
      postReturn: postReturn as CoreFunction | undefined,
      async,
      callback: async ? (this.#exports[callbackPrefix + name] as CoreFunction | undefined) : undefined,
    };
    const type = fullType(signature);
    const { label } = signature;
    const state = this.#state;
    const resolve = (resource: ResourceType) => this.#kind(resource);
    const { stack } = state;
    const call = () => compileLift(label, type, core, options, state, resolve);
    if (stack === undefined || !type.async || async) return lazyPluginFunction(signature, call);
    return lazyPluginFunction(signature, call, () =>
      compileLiftOnStack(label, type, core, options, state, resolve, stack),
    );
  }

  #imports(): WebAssembly.Imports {
    const imports: WebAssembly.Imports = {};
    for (const { module, name, kind } of WebAssembly.Module.imports(this.#options.module)) {
      const found = kind === "function" ? this.#import(module, name) : undefined;
      if (found === undefined) throw this.#unknown(module, name, kind);
      imports[module] ??= {};
      imports[module][name] = found;
    }
    return imports;
  }

  #import(module: string, name: string): CoreFunction | undefined {
    if (module === "wasi_snapshot_preview1") return this.#options.preview1.imports[name];
    const own = this.#own.get(module);
    if (own !== undefined) return own()[name];
    const builtIn = builtInOf(this.#options.contract, module, name);
    if (builtIn !== undefined) return this.#builtIn(builtIn);
    if (module.startsWith("[export]")) return this.#intrinsic(module.slice("[export]".length), name);
    return this.#hostFunction(module, name) ?? this.#guestFunction(module, name);
  }

  #builtIn({ definition, type }: BuiltIn): CoreFunction {
    return defineBuiltIn(definition, {
      state: this.#state,
      resolve: (resource) => this.#kind(resource),
      options: () => this.#canonicalOptions(),
      type: () => type as Type,
      streamType: () => type as StreamType | FutureType,
      memory: () => this.#memory(),
    });
  }

  /** Returns the built-in for a resource that the module itself implements. */
  #intrinsic(scope: string, name: string): CoreFunction | undefined {
    const match = /^\[resource-(new|rep|drop)\](.+)$/.exec(name);
    const resource = this.#names.resource(this.#options.contract, scope, match?.[2] ?? "");
    if (match === null || resource === undefined) return undefined;
    const make = { new: resourceNew, rep: resourceRep, drop: resourceDrop }[match[1] as "new" | "rep" | "drop"];
    return make(this.#kind(resource), this.#state);
  }

  #hostFunction(module: string, name: string): CoreFunction | undefined {
    const scope = this.#options.host.scope(module);
    if (name.startsWith(dropPrefix)) {
      const resource = scope?.resource(name.slice(dropPrefix.length));
      return resource && resourceDrop(this.#hostKind(resource.type, resource.drop), this.#state);
    }
    const isAsync = name.startsWith(asyncLowerPrefix);
    const found = scope?.function(isAsync ? name.slice(asyncLowerPrefix.length) : name);
    return found && this.#lower(found, scope, isAsync);
  }

  #guestFunction(module: string, name: string): CoreFunction | undefined {
    const call = this.#options.interfaces.get(module)?.functions[name];
    const found = new HostFunctions(guestContract, { get: () => undefined }).scope(module)?.function(name);
    return call && found && this.#lower({ label: `${module}#${name}`, type: found.type, call, start: call }, undefined);
  }

  #lower(
    { label, type, call, start }: HostFunction,
    scope: ReturnType<HostFunctions["scope"]>,
    isAsync = false,
  ): CoreFunction {
    const resolve = (resource: ResourceType) => {
      const known = this.#kinds.get(resource);
      if (known !== undefined) return known;
      const drop = scope?.resource(resource.name)?.drop ?? this.#options.host.dropOf(resource);
      return this.#hostKind(resource, drop);
    };
    const options = () => this.#canonicalOptions();
    const state = this.#state;
    const { stack } = state;
    if (isAsync) return compileAsyncLower(label, type, start, options, state, resolve);
    if (stack === undefined || !type.async) return compileLower(label, type, call, options, state, resolve);
    return compileLowerOnStack(label, type, start, options, state, resolve, stack);
  }

  #canonicalOptions(): CanonicalOptions {
    this.#canonical ??= {
      stringEncoding: "utf8",
      memory: this.#memory(),
      realloc: reallocNames
        .map((name) => this.#exports[name])
        .find((each) => each !== undefined) as CanonicalOptions["realloc"],
      postReturn: undefined,
      reports: WebAssembly.Module.imports(this.#options.module).some(({ module }) => module === panicModule),
      async: false,
      callback: undefined,
    };
    return this.#canonical;
  }

  #memory(): WebAssembly.Memory | undefined {
    const { memory } = this.#exports;
    return memory instanceof WebAssembly.Memory ? memory : undefined;
  }

  #defineOwn(resource: ResourceType): void {
    const signature = signatures(this.#options.contract.exports).find(
      (each) => each.kind === "drop" && each.resource === resource,
    );
    if (signature === undefined) return;
    const name = this.#names.destructor(this.#options.contract, signature);
    const drop = (number: number) => {
      const destructor = name === undefined ? undefined : this.#exports[name];
      if (typeof destructor === "function") this.#runUnsuspendable(() => (destructor as CoreFunction)(number));
    };
    this.#kinds.set(resource, { type: resource, owner: this.#state, drop });
  }

  #runUnsuspendable(run: () => void): void {
    const { stack } = this.#state;
    if (stack === undefined) run();
    else stack.runUnsuspendable(run);
  }

  #hostKind(type: ResourceType, drop: ResourceKind["drop"]): ResourceKind {
    const known = this.#kinds.get(type);
    if (known !== undefined) return known;
    const kind: ResourceKind = { type, owner: undefined, drop };
    this.#kinds.set(type, kind);
    return kind;
  }

  #kind(type: ResourceType): ResourceKind {
    return this.#kinds.get(type) ?? this.#hostKind(type, this.#options.host.dropOf(type));
  }

  #missing(contract: Contract, signature: Signature) {
    const { subject } = this.#options.plugin;
    return exportMissing(subject, signature.label, this.#names.expectedName(contract, signature)).error();
  }

  #unknown(module: string, name: string, kind: string) {
    const { subject } = this.#options.plugin;
    const what = `the ${kind} "${module}" "${name}"`;
    return importUnknown(subject, what, ["its contract", "WASI"], `${module}#${name}`).error();
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
