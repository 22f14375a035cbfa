import type {
  CanonOptions,
  Component,
  CoreSort,
  Definition,
  NamedItem,
  Sort,
  TypeDefinition,
} from "../../../binary/component/index.js";
import type { ResourceType } from "../../../contract/core.js";
import { componentUnsupported } from "../../../errors/factories/component.js";
import { linkingFailed, tooManyInstances } from "../../../errors/factories/wasm.js";
import { type CanonicalOptions, type CoreFunction, canSuspend, mayWait, type ResourceKind } from "../abi/index.js";
import { instantiateModule } from "../engine.js";
import { createState, type PluginState } from "../plugin-state.js";
import { type CanonicalScope, defineCanonical, liftFunction } from "./canonical.js";
import { type ComponentClosure, type LinkedInstance, type LinkedItem, Scope } from "./scope.js";
import { evaluateType, externItem, type ImportSource, outerType, typeAt } from "./types.js";

/** What the linker needs to link a component. */
export interface LinkOptions {
  readonly plugin: PluginState;
  /** Returns the compiled form of a core module, by its bytes. */
  module(bytes: Uint8Array): WebAssembly.Module;
  /** Whether the engine may suspend the plugin's code while a host function waits. Needed where the thread cannot block. */
  readonly suspends: boolean;
  /** Returns what is behind an import, by its name. The name is `$root` for what is imported without an interface. */
  source(importName: string): ImportSource;
}

/** The name under which functions and types that are imported without an interface are looked up. */
export const worldImports = "$root";

/**
 * Runs a component's definitions in order: instantiates its core modules and nested components, lowers what they import and
 * lifts what they export. Returns the component's exports, by name.
 *
 * The component has been validated: an index out of range is a bug of the validator.
 *
 * @throws TENON_WASM_IMPORT_UNKNOWN, TENON_COMPONENT_UNSUPPORTED, TENON_WASM_LIMIT, TENON_WASM_TRAP and other failures of a
 * start function
 */
export function linkComponent(component: Component, options: LinkOptions): LinkedInstance {
  const linker = new Linker(options);
  return linker.instantiate({ component, scope: undefined }, (name, definition, scope) => {
    const { type } = definition;
    if (type.kind !== "instance") return externItem(name, type, scope, options.source(worldImports));
    return externItem(name, type, scope, options.source(name));
  });
}

/** Real components have a few dozen. Nested components can instantiate each other, so a small file can ask for any number. */
const mostInstances = 10_000;

type Supply = (name: string, definition: Extract<Definition, { kind: "import" }>, scope: Scope) => LinkedItem;

class Linker {
  readonly #options: LinkOptions;
  readonly #kinds = new Map<ResourceType, ResourceKind>();
  #instances = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  instantiate(closure: { component: Component; scope: Scope | undefined }, supply: Supply): LinkedInstance {
    if (++this.#instances > mostInstances) {
      throw tooManyInstances(this.#options.plugin.subject, mostInstances);
    }
    const state = createState(this.#options.plugin);
    state.suspends = canSuspend && closure.component.definitions.some(isStackful);
    state.waitsInPlace = canSuspend && waitsInPlace(closure.component.definitions);
    state.callsOut = closure.component.definitions.some(callsOut);
    const scope = new Scope(state, closure.scope);
    const exports = new Map<string, LinkedItem>();
    for (const definition of closure.component.definitions) this.#define(definition, scope, exports, supply);
    return exports;
  }

  #define(definition: Definition, scope: Scope, exports: Map<string, LinkedItem>, supply: Supply): void {
    switch (definition.kind) {
      case "core-module":
        scope.coreModules.push(this.#options.module(definition.bytes));
        return;
      case "core-instantiate":
        scope.coreInstances.push(this.#instantiateCore(definition.module, definition.arguments, scope));
        return;
      case "core-bundle":
        scope.coreInstances.push(coreBundle(definition.exports, scope));
        return;
      case "core-type":
        return;
      case "component":
        scope.components.push({ component: definition.component, scope });
        return;
      case "instantiate":
        scope.instances.push(this.#instantiateNested(definition.component, definition.arguments, scope));
        return;
      case "bundle":
        scope.instances.push(bundle(definition.exports, scope));
        return;
      case "alias-export":
        push(scope, at(at(scope.instances, definition.instance).get(definition.name), definition.name));
        return;
      case "alias-core-export":
        pushCore(scope, definition.sort, at(scope.coreInstances, definition.instance)[definition.name]);
        return;
      case "alias-outer":
        this.#aliasOuter(definition.sort, definition.count, definition.index, scope);
        return;
      case "type":
        scope.types.push(
          definition.type.kind === "resource"
            ? { kind: "resource", resource: this.#resource(definition.type, scope) }
            : evaluateType(definition.type, scope),
        );
        return;
      case "import": {
        const item = supply(definition.name, definition, scope);
        this.#registerResources(item);
        push(scope, item);
        return;
      }
      case "export": {
        const item = itemAt(scope, definition.sort, definition.index);
        nameResource(item, definition.name);
        exports.set(definition.name, item);
        push(scope, item);
        return;
      }
      case "lift":
        scope.functions.push(liftFunction(definition, this.#canonical(scope)));
        return;
      case "start":
        throw componentUnsupported("has a start function that takes values", this.#options.plugin.subject);
      default:
        scope.coreFunctions.push(defineCanonical(definition, this.#canonical(scope)));
    }
  }

  #canonical(scope: Scope): CanonicalScope {
    return {
      scope,
      options: (options) => canonicalOptions(options, scope),
      resolve: (type) => this.#kind(type),
      suspends: this.#options.suspends,
    };
  }

  #instantiateCore(module: number, given: readonly NamedItem[], scope: Scope): WebAssembly.ModuleImports {
    const imports: WebAssembly.Imports = {};
    for (const { name, index } of given) imports[name] = at(scope.coreInstances, index);
    const instance = instantiateModule(at(scope.coreModules, module), imports, this.#options.plugin);
    return instance.exports as WebAssembly.ModuleImports;
  }

  #instantiateNested(index: number, given: readonly NamedItem[], scope: Scope): LinkedInstance {
    const closure: ComponentClosure = at(scope.components, index);
    const items = new Map(given.map((item) => [item.name, itemAt(scope, item.sort, item.index)]));
    return this.instantiate(closure, (name) => {
      const item = items.get(name);
      if (item === undefined) throw linkingFailed(`a nested component does not receive its import "${name}"`);
      return item;
    });
  }

  #aliasOuter(sort: Sort, count: number, index: number, scope: Scope): void {
    if (sort === "type") {
      scope.types.push(outerType(scope, count, index));
      return;
    }
    let outer: Scope | undefined = scope;
    for (let level = 0; level < count; level++) outer = outer?.parent;
    if (outer === undefined) throw linkingFailed(`there are no ${count} enclosing components`);
    if (sort === "component") scope.components.push(at(outer.components, index));
    else if (sort === "core-module") scope.coreModules.push(at(outer.coreModules, index));
  }

  #resource(definition: Extract<TypeDefinition, { kind: "resource" }>, scope: Scope): ResourceKind {
    const destructor = definition.destructor === undefined ? undefined : at(scope.coreFunctions, definition.destructor);
    const type: ResourceType = {
      kind: "resource",
      name: unnamed,
      constructs: undefined,
      methods: [],
      statics: [],
    };
    const kind: ResourceKind = { type, owner: scope.state, drop: destructor };
    this.#kinds.set(type, kind);
    return kind;
  }

  /** Remembers imported resources, which are looked up by their types later. */
  #registerResources(item: LinkedItem): void {
    if (item.sort === "instance") for (const inner of item.value.values()) this.#registerResources(inner);
    else if (item.sort === "type" && item.value.kind === "resource")
      this.#kinds.set(item.value.resource.type, item.value.resource);
  }

  #kind(type: ResourceType): ResourceKind {
    const kind = this.#kinds.get(type);
    if (kind === undefined) throw linkingFailed(`the resource ${type.name} is not known`);
    return kind;
  }
}

/** Whether a definition lifts an asynchronous function that blocks while it waits, instead of returning to be called back. */
function isStackful(definition: Definition): boolean {
  return definition.kind === "lift" && definition.options.async && definition.options.callback === undefined;
}

/** Whether there are built-ins that wait, and functions that may call them outside of tasks: lifted synchronously. */
function waitsInPlace(definitions: readonly Definition[]): boolean {
  return (
    definitions.some((definition) => definition.kind === "lift" && !definition.options.async) &&
    definitions.some(mayWait)
  );
}

/** Whether a definition gives core code a function to call. Canonical definitions other than `lift` do. */
function callsOut({ kind }: Definition): boolean {
  return !definesNoFunction.has(kind);
}

const definesNoFunction: ReadonlySet<Definition["kind"]> = new Set([
  "core-module",
  "core-instantiate",
  "core-bundle",
  "core-type",
  "component",
  "instantiate",
  "bundle",
  "type",
  "start",
  "import",
  "export",
  "alias-export",
  "alias-core-export",
  "alias-outer",
  "lift",
]);

const unnamed = "resource";

/** A resource gets its name where it is first exported. */
function nameResource(item: LinkedItem, name: string): void {
  if (item.sort !== "type" || item.value.kind !== "resource") return;
  const type: { name: string } = item.value.resource.type;
  if (type.name === unnamed) type.name = name;
}

function canonicalOptions(options: CanonOptions, scope: Scope): CanonicalOptions {
  const core = (index: number | undefined) => (index === undefined ? undefined : at(scope.coreFunctions, index));
  return {
    stringEncoding: options.stringEncoding,
    memory: options.memory === undefined ? undefined : at(scope.coreMemories, options.memory),
    realloc: core(options.realloc),
    postReturn: core(options.postReturn),
    async: options.async,
    callback: core(options.callback),
  };
}

function coreBundle(exports: readonly NamedItem[], scope: Scope): WebAssembly.ModuleImports {
  const bundled: WebAssembly.ModuleImports = {};
  for (const { name, sort, index } of exports) bundled[name] = coreItem(scope, sort as CoreSort, index);
  return bundled;
}

function coreItem(scope: Scope, sort: CoreSort, index: number): WebAssembly.ImportValue {
  switch (sort) {
    case "core-function":
      return at(scope.coreFunctions, index);
    case "core-table":
      return at(scope.coreTables, index);
    case "core-memory":
      return at(scope.coreMemories, index);
    case "core-global":
      return at(scope.coreGlobals, index);
    case "core-tag":
      return at(scope.coreTags, index);
    default:
      throw linkingFailed(`a core instance cannot hold a ${sort}`);
  }
}

function pushCore(scope: Scope, sort: CoreSort, value: unknown): void {
  if (value === undefined) throw linkingFailed(`a core instance does not have the ${sort} that is exported`);
  if (sort === "core-function") scope.coreFunctions.push(value as CoreFunction);
  else if (sort === "core-table") scope.coreTables.push(value as WebAssembly.Table);
  else if (sort === "core-memory") scope.coreMemories.push(value as WebAssembly.Memory);
  else if (sort === "core-global") scope.coreGlobals.push(value as WebAssembly.Global);
  else if (sort === "core-tag") scope.coreTags.push(value as WebAssembly.Tag);
}

function bundle(exports: readonly NamedItem[], scope: Scope): LinkedInstance {
  return new Map(exports.map(({ name, sort, index }) => [name, itemAt(scope, sort, index)]));
}

function itemAt(scope: Scope, sort: Sort, index: number): LinkedItem {
  switch (sort) {
    case "function":
      return { sort, value: at(scope.functions, index) };
    case "type":
      return { sort, value: typeAt(index, scope) };
    case "instance":
      return { sort, value: at(scope.instances, index) };
    case "component":
      return { sort, value: at(scope.components, index) };
    case "core-module":
      return { sort, value: at(scope.coreModules, index) };
    default:
      throw componentUnsupported(`passes a ${sort} to a nested component`);
  }
}

function push(scope: Scope, item: LinkedItem): void {
  switch (item.sort) {
    case "function":
      scope.functions.push(item.value);
      return;
    case "type":
      scope.types.push(item.value);
      return;
    case "instance":
      scope.instances.push(item.value);
      return;
    case "component":
      scope.components.push(item.value);
      return;
    case "core-module":
      scope.coreModules.push(item.value);
  }
}

function at<T>(list: readonly T[], index: number): T;
function at<T>(found: T | undefined, name: string): T;
function at<T>(where: readonly T[] | T | undefined, which: number | string): T {
  const found = typeof which === "number" ? (where as readonly T[])[which] : (where as T | undefined);
  if (found === undefined) throw linkingFailed(`there is no ${String(which)}`);
  return found;
}
