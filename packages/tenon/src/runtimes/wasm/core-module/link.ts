import {
  type Contract,
  fullType,
  type ResourceType,
  resources,
  type Signature,
  signatures,
} from "../../../contract/index.js";
import { errors } from "../../../errors/index.js";
import type { HostInterfaces, Preview1 } from "../../../wasi/index.js";
import { compileLift, compileLower, dropObject, resourceDrop, resourceNew, resourceRep } from "../abi/index.js";
import type { CanonicalOptions, CoreFunction } from "../abi/options.js";
import type { ResourceKind } from "../abi/resource-kind.js";
import { instantiateModule } from "../engine.js";
import { guestContract } from "../guest-interfaces.js";
import { HostFunctions } from "../host-functions.js";
import { lazily, type PluginFunction } from "../plugin-function.js";
import { createState, type PluginState } from "../plugin-state.js";
import { coreExports, dropPrefix, type ExportNames, reallocNames } from "./names.js";
import { panicImports, panicModule } from "./panic.js";

/** What is needed to link one core module. */
export interface CoreModuleOptions {
  readonly module: WebAssembly.Module;
  readonly contract: Contract;
  readonly host: HostFunctions;
  /** Interfaces besides the contract's imports: those that the guest package defines. */
  readonly interfaces: Pick<HostInterfaces, "get">;
  readonly preview1: Preview1;
  readonly plugin: PluginState;
}

/**
 * Instantiates a core module whose imports and exports have the names that the canonical ABI gives them, and lifts its
 * exports by the types of its contract.
 *
 * @returns the functions by path (see `Signature.path`); those of optional functions may be absent.
 * @throws TENON_WASM_IMPORT_UNKNOWN, TENON_WASM_EXPORT_MISSING, TENON_WASM_TRAP and whatever initialising it ends with
 */
export function linkCoreModule(options: CoreModuleOptions): ReadonlyMap<string, PluginFunction> {
  return new CoreModuleLinker(options).link();
}

class CoreModuleLinker {
  readonly #options: CoreModuleOptions;
  readonly #state;
  readonly #kinds = new Map<ResourceType, ResourceKind>();
  readonly #names: ExportNames;
  #exports: WebAssembly.Exports = {};
  #canonical: CanonicalOptions | undefined;

  constructor(options: CoreModuleOptions) {
    this.#options = options;
    this.#state = createState(options.plugin);
    this.#state.reentrant = true;
    this.#names = coreExports(WebAssembly.Module.exports(options.module));
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

  /** A reactor's initialisation. Source: WASI, "Application ABI". */
  #initialise(exports: WebAssembly.Exports): void {
    const initialise = exports._initialize;
    if (typeof initialise === "function") (initialise as CoreFunction)();
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
    const options = { ...this.#canonicalOptions(), postReturn: postReturn as CoreFunction | undefined };
    const type = fullType(signature);
    return lazily(signature, () =>
      compileLift(signature.label, type, core, options, this.#state, (resource) => this.#kind(resource)),
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
    if (module === panicModule) return panicImports(() => this.#memory(), this.#state)[name];
    if (module.startsWith("[export]")) return this.#intrinsic(module.slice("[export]".length), name);
    return this.#hostFunction(module, name) ?? this.#guestFunction(module, name);
  }

  /** What a module needs for the resources that it implements itself. */
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
    const found = scope?.function(name);
    return found && this.#lower(found.label, found.type, found.call, scope);
  }

  #guestFunction(module: string, name: string): CoreFunction | undefined {
    const call = this.#options.interfaces.get(module)?.functions[name];
    const found = new HostFunctions(guestContract, { get: () => undefined }).scope(module)?.function(name);
    return call && found && this.#lower(`${module}#${name}`, found.type, call, undefined);
  }

  #lower(
    label: string,
    type: Parameters<typeof compileLower>[1],
    call: CoreFunction,
    scope: ReturnType<HostFunctions["scope"]>,
  ): CoreFunction {
    const resolve = (resource: ResourceType) => {
      const known = this.#kinds.get(resource);
      if (known !== undefined) return known;
      const drop = scope?.resource(resource.name)?.drop ?? this.#options.host.dropOf(resource);
      return this.#hostKind(resource, drop);
    };
    return compileLower(label, type, call, () => this.#canonicalOptions(), this.#state, resolve);
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
      if (typeof destructor === "function") (destructor as CoreFunction)(number);
    };
    this.#kinds.set(resource, { type: resource, owner: this.#state, drop });
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
    return errors.TENON_WASM_EXPORT_MISSING({
      message: `${subject} does not export "${this.#names.wanted(contract, signature)}", which is ${signature.label}() of its contract`,
      subject: signature.label,
    });
  }

  #unknown(module: string, name: string, kind: string) {
    const { subject } = this.#options.plugin;
    return errors.TENON_WASM_IMPORT_UNKNOWN({
      message: `${subject} imports the ${kind} "${module}" "${name}", which neither its contract nor WASI has`,
      subject: `${module}#${name}`,
    });
  }
}
