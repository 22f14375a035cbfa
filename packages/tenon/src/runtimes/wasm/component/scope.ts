import type { Component, TypeDeclaration } from "../../../binary/component/index.js";
import type { FunctionType, Type } from "../../../contract/core.js";
import type { CoreFunction } from "../abi/code/options.js";
import type { ComponentState } from "../abi/state/component-state.js";
import type { ResourceKind } from "../abi/state/resource-kind.js";
import type { Recorded } from "../state/link-record.js";

/** A function of a component, called with values: lifted from a core function, or the host's. */
export interface ComponentFunction {
  readonly type: FunctionType;
  /** The name in messages. A lifted function gets it when it is exported. */
  label: string | undefined;
  readonly call: (...parameters: any[]) => unknown;
  /** The same, but it may return a promise. Functions of the host have it. */
  readonly start?: ((...parameters: any[]) => unknown) | undefined;
  /** Returns the function with the values that the contract has: see `functionWithForms`. Lifted functions have it. */
  readonly as?: (wanted: FunctionType) => ComponentFunction;
}

/** What a type index refers to while the component runs. */
export type LinkedType =
  | { readonly kind: "value"; readonly type: Type }
  | { readonly kind: "function"; readonly type: FunctionType }
  | { readonly kind: "resource"; readonly resource: ResourceKind }
  /** The type of an instance, which is evaluated where an instance of it is imported. */
  | { readonly kind: "instance"; readonly declarations: readonly TypeDeclaration[]; readonly scope: TypeScope }
  | { readonly kind: "opaque" };

/** One export of an instance. */
export type LinkedItem =
  | { readonly sort: "function"; readonly value: ComponentFunction }
  | { readonly sort: "type"; readonly value: LinkedType }
  | { readonly sort: "instance"; readonly value: LinkedInstance }
  | { readonly sort: "component"; readonly value: ComponentClosure }
  | { readonly sort: "core-module"; readonly value: WebAssembly.Module };

/** The exports of an instance, by name. */
export type LinkedInstance = ReadonlyMap<string, LinkedItem>;

/** A nested component with the scope in which it is defined. */
export interface ComponentClosure {
  readonly component: Component;
  readonly scope: Scope;
}

/** The index spaces of types: of a component, or of a type that declares others. */
export interface TypeScope {
  readonly parent: TypeScope | undefined;
  readonly types: LinkedType[];
  readonly instances: LinkedInstance[];
  /** Types that do not depend on the instance come from the record of earlier runs. */
  readonly recorded: Recorded;
}

/** The index spaces of one component instance while it is being linked. */
export class Scope implements TypeScope {
  readonly parent: Scope | undefined;
  readonly state: ComponentState;
  readonly recorded: Recorded;
  readonly coreFunctions: CoreFunction[] = [];
  readonly coreTables: WebAssembly.Table[] = [];
  readonly coreMemories: WebAssembly.Memory[] = [];
  readonly coreGlobals: WebAssembly.Global[] = [];
  readonly coreTags: WebAssembly.Tag[] = [];
  readonly coreModules: WebAssembly.Module[] = [];
  readonly coreInstances: WebAssembly.ModuleImports[] = [];
  readonly functions: ComponentFunction[] = [];
  readonly types: LinkedType[] = [];
  readonly components: ComponentClosure[] = [];
  readonly instances: LinkedInstance[] = [];

  constructor(state: ComponentState, recorded: Recorded, parent: Scope | undefined) {
    this.state = state;
    this.recorded = recorded;
    this.parent = parent;
  }
}
