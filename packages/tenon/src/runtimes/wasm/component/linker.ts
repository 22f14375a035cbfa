import type {
  CanonDefinition,
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
import {
  type CanonicalOptions,
  type ComponentState,
  canSuspend,
  forgetMemories,
  mayWait,
  type ResourceKind,
} from "../abi/index.js";
import { LentMemory } from "../limits/lent-memory.js";
import { instantiateModule } from "../modules/engine.js";
import type { LinkRecord, Recorded } from "../state/link-record.js";
import { createState, type PluginState } from "../state/plugin-state.js";
import { type CanonicalScope, defineCanonical, type LiftedFunction, liftFunction } from "./canonical.js";
import { type Part, partsToRenew } from "./renewal.js";
import { type ComponentClosure, type LinkedInstance, type LinkedItem, Scope } from "./scope.js";
import { evaluateType, externItem, type ImportSource, outerType, typeAt } from "./types.js";

/** What the linker needs to link a component. */
export interface LinkOptions {
  readonly plugin: PluginState;
  /** Returns the compiled form of a core module, by its bytes. */
  module(bytes: Uint8Array): WebAssembly.Module;
  /** Whether the engine may suspend the plugin's code while a host function waits. Needed where the thread cannot block. */
  readonly suspends: boolean;
  /** The types of earlier instances of the same component, linked against the same imports. */
  readonly record: LinkRecord;
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
export function linkComponent(component: Component, options: LinkOptions): Linked {
  const linker = new Linker(options);
  const exports = linker.instantiate({ component, scope: undefined }, (name, definition, scope) => {
    const { type } = definition;
    if (type.kind !== "instance") return externItem(name, type, scope, options.source(worldImports));
    return externItem(name, type, scope, options.source(name));
  });
  return { exports, renew: linker.renewable ? () => linker.renew() : undefined };
}

/** A component that was linked. */
export interface Linked {
  readonly exports: LinkedInstance;
  /**
   * Replaces the instance by a new one: new core instances with new memories, tables and globals, and no handles. What stays
   * is what linking computed: the functions that core code imports, which find the new memory. `undefined` if this is not
   * possible, as for asynchronous code and for components that call each other.
   *
   * Functions of {@link exports} must be read again after the first time. If it throws, the instance cannot be used any more.
   */
  readonly renew: (() => void) | undefined;
}

/** Real components have a few dozen. Nested components can instantiate each other, so a small file can ask for any number. */
const mostInstances = 10_000;

type Supply = (name: string, definition: Extract<Definition, { kind: "import" }>, scope: Scope) => LinkedItem;

class Linker {
  readonly #options: LinkOptions;
  readonly #kinds = new Map<ResourceType, ResourceKind>();
  readonly #recorded: Recorded;
  readonly #states: ComponentState[] = [];
  readonly #lifted: LiftedFunction[] = [];
  /** The parts of the instance that core code may change, in the order in which they are created. */
  readonly #parts: Part[] = [];
  /** The same, by their index spaces and the places in these. */
  readonly #placed = new Map<unknown[], Map<number, Part>>();
  readonly #moduleBytes = new Map<WebAssembly.Module, Uint8Array>();
  #renewed: readonly Part[] | undefined;
  renewable = true;
  #instances = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#recorded = options.record.begin();
  }

  renew(): void {
    for (const state of this.#states) {
      state.renew();
      forgetMemories(state);
    }
    for (const lifted of this.#lifted) lifted.forget();
    this.#renewed ??= partsToRenew(this.#parts);
    for (const { make } of this.#renewed) make();
  }

  instantiate(closure: { component: Component; scope: Scope | undefined }, supply: Supply): LinkedInstance {
    if (++this.#instances > mostInstances) {
      throw tooManyInstances(this.#options.plugin.subject, mostInstances);
    }
    const state = createState(this.#options.plugin);
    this.#states.push(state);
    state.suspends = canSuspend && closure.component.definitions.some(isStackful);
    state.waitsInPlace = canSuspend && waitsInPlace(closure.component.definitions);
    state.callsOut = closure.component.definitions.some(callsOut);
    const scope = new Scope(state, this.#recorded, closure.scope);
    const exports = new Map<string, LinkedItem>();
    for (const definition of closure.component.definitions) this.#define(definition, scope, exports, supply);
    return exports;
  }

  #define(definition: Definition, scope: Scope, exports: Map<string, LinkedItem>, supply: Supply): void {
    switch (definition.kind) {
      case "core-module": {
        const module = this.#options.module(definition.bytes);
        this.#moduleBytes.set(module, definition.bytes);
        scope.coreModules.push(module);
        return;
      }
      case "core-instantiate":
        this.#instantiateCore(definition.module, definition.arguments, scope);
        return;
      case "core-bundle": {
        const from = definition.exports.map(({ sort, index }) => this.#part(coreSpace(scope, sort as CoreSort), index));
        this.#create(scope.coreInstances, from, () => coreBundle(definition.exports, scope));
        return;
      }
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
      case "alias-core-export": {
        const from = [this.#part(scope.coreInstances, definition.instance)];
        this.#create(coreSpace(scope, definition.sort), from, () => {
          const value = at(scope.coreInstances, definition.instance)[definition.name];
          if (value === undefined) throw linkingFailed(`a core instance lacks the ${definition.sort} that is exported`);
          return value;
        });
        return;
      }
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
      case "lift": {
        const lifted = liftFunction(definition, this.#canonical(scope));
        if (definition.options.async) this.renewable = false;
        this.#lifted.push(lifted);
        scope.functions.push(lifted);
        return;
      }
      case "start":
        throw componentUnsupported("has a start function that takes values", this.#options.plugin.subject);
      default:
        if (!this.#staysValid(definition, scope)) this.renewable = false;
        scope.coreFunctions.push(defineCanonical(definition, this.#canonical(scope)));
    }
  }

  /** Puts an item at the end of its index space, and at the same place again when the instance is renewed. */
  #create(
    space: unknown[],
    from: readonly (Part | undefined)[],
    create: () => unknown,
    module: Part["module"] = undefined,
  ): void {
    const index = space.length;
    const make = () => {
      space[index] = create();
    };
    make();
    const part = { make, from: from.filter((each) => each !== undefined), module };
    this.#parts.push(part);
    const placed = this.#placed.get(space) ?? new Map<number, Part>();
    this.#placed.set(space, placed.set(index, part));
  }

  /** Returns the part at a place of an index space; `undefined` for a function that linking made. */
  #part(space: unknown[], index: number): Part | undefined {
    return this.#placed.get(space)?.get(index);
  }

  /** Whether a function that is made for core code serves a renewed instance as well. */
  #staysValid(definition: Exclude<CanonDefinition, { kind: "lift" }>, scope: Scope): boolean {
    switch (definition.kind) {
      case "lower": {
        const target = scope.functions[definition.function]!;
        const suspends = this.#options.suspends && canSuspend && target.type.async;
        return !definition.options.async && !suspends && !("forget" in target);
      }
      case "resource-new":
      case "resource-rep":
      case "resource-drop":
        return true;
      default:
        return false;
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

  #instantiateCore(index: number, given: readonly NamedItem[], scope: Scope): void {
    const compiled = at(scope.coreModules, index);
    const memory = LentMemory.for(compiled, given);
    const create = () => {
      const imports: WebAssembly.Imports = {};
      for (const { name, index } of given) imports[name] = at(scope.coreInstances, index);
      return instantiateModule(compiled, imports, this.#options.plugin, memory).exports;
    };
    const from = given.map(({ index }) => this.#part(scope.coreInstances, index));
    this.#create(scope.coreInstances, from, create, { bytes: this.#moduleBytes.get(compiled)!, compiled });
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
    const { destructor } = definition;
    const type: ResourceType = this.#recorded(() => ({
      kind: "resource",
      name: unnamed,
      constructs: undefined,
      methods: [],
      statics: [],
    }));
    const kind: ResourceKind = {
      type,
      owner: scope.state,
      get drop() {
        return destructor === undefined ? undefined : at(scope.coreFunctions, destructor);
      },
    };
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

/** The options as live objects: they are those of the new instance after one was renewed. */
function canonicalOptions(options: CanonOptions, scope: Scope): CanonicalOptions {
  const core = (index: number | undefined) => (index === undefined ? undefined : at(scope.coreFunctions, index));
  return {
    stringEncoding: options.stringEncoding,
    async: options.async,
    get memory() {
      return options.memory === undefined ? undefined : at(scope.coreMemories, options.memory);
    },
    get realloc() {
      return core(options.realloc);
    },
    get postReturn() {
      return core(options.postReturn);
    },
    get callback() {
      return core(options.callback);
    },
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

function coreSpace(scope: Scope, sort: CoreSort): unknown[] {
  switch (sort) {
    case "core-function":
      return scope.coreFunctions;
    case "core-table":
      return scope.coreTables;
    case "core-memory":
      return scope.coreMemories;
    case "core-global":
      return scope.coreGlobals;
    case "core-tag":
      return scope.coreTags;
    default:
      throw linkingFailed(`a core instance cannot export a ${sort}`);
  }
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
