import {
  type FunctionType,
  type Item,
  type Items,
  pascal,
  type ResourceType,
  type Signature,
  signatures,
} from "../contract/core.js";
import type { Boundary } from "./boundary.js";
import { Handle, type HandleState } from "./handle.js";

/** Makes the function that a caller sees; a method's takes the handle first. Returns `undefined` for a function that is left out. */
export type Make = (signature: Signature, view: "async" | "sync") => ((...parameters: any[]) => any) | undefined;

export interface Assembled {
  /** The functions as promises: `plugin.exports`, `context.imports`. */
  readonly async: Record<string, any>;
  /** The same functions, synchronous: `plugin.sync`, `context.sync`. */
  readonly sync: Record<string, any>;
  /** The classes of the handles for the other side's resources. */
  readonly resources: readonly AssembledResource[];
}

export interface AssembledResource {
  readonly resource: ResourceType;
  readonly dropPath: string;
  readonly async: new (state: HandleState) => Handle;
  readonly sync: new (state: HandleState) => Handle;
}

/** Builds the objects through which one side calls the other: functions, nested interfaces, classes of resources. */
export function assemble(items: Items, make: Make): Assembled {
  const all = signatures(items);
  const functionsByLabel = new Map<string, Signature>();
  const byResource = new Map<ResourceType, Signature[]>();
  for (const signature of all) {
    if (signature.kind === "function") functionsByLabel.set(signature.label, signature);
    if (signature.resource === undefined) continue;
    const known = byResource.get(signature.resource);
    if (known === undefined) byResource.set(signature.resource, [signature]);
    else known.push(signature);
  }
  const resources: AssembledResource[] = [];
  const views = { async: {} as Record<string, any>, sync: {} as Record<string, any> };

  const addFunction = (targets: typeof views, key: string, signature: Signature): void => {
    for (const view of ["async", "sync"] as const) {
      const made = make(signature, view);
      if (made !== undefined) targets[view][key] = made;
    }
  };
  const addResource = (targets: typeof views, resource: ResourceType): void => {
    const functions = byResource.get(resource) ?? [];
    const dropPath = functions.find(({ kind }) => kind === "drop")?.path ?? "";
    const classes = {
      async: handleClass(resource, functions, make, "async"),
      sync: handleClass(resource, functions, make, "sync"),
    };
    resources.push({ resource, dropPath, ...classes });
    for (const view of ["async", "sync"] as const) {
      targets[view][pascal(resource.name)] = resourceClass(classes[view], functions, make, view);
    }
  };
  const add = (
    targets: typeof views,
    key: string,
    item: Exclude<Item, { kind: "interface" }>,
    owner: string | undefined,
  ): void => {
    if (item.kind === "resource") {
      addResource(targets, item);
      return;
    }
    const label = owner === undefined ? key : `${owner}.${key}`;
    const signature = functionsByLabel.get(label);
    if (signature !== undefined) addFunction(targets, key, signature);
  };
  for (const [key, item] of Object.entries(items)) {
    if (item.kind !== "interface") add(views, key, item, undefined);
    else {
      const nested = { async: {}, sync: {} };
      for (const [memberKey, member] of Object.entries(item.members as Record<string, FunctionType | ResourceType>))
        add(nested, memberKey, member, key);
      views.async[key] = Object.freeze(nested.async);
      views.sync[key] = Object.freeze(nested.sync);
    }
  }
  return { async: Object.freeze(views.async), sync: Object.freeze(views.sync), resources };
}

/** Registers the other side's resources with a boundary. */
export function declareResources(boundary: Boundary, resources: readonly AssembledResource[]): void {
  for (const { resource, dropPath, ...classes } of resources) boundary.declareTheirs(resource, classes, dropPath);
}

function handleClass(
  resource: ResourceType,
  functions: readonly Signature[],
  make: Make,
  view: "async" | "sync",
): new (
  state: HandleState,
) => Handle {
  const name = pascal(resource.name);
  const made = { [name]: class extends Handle {} }[name] as new (state: HandleState) => Handle;
  for (const signature of functions) {
    if (signature.kind !== "method") continue;
    const call = make(signature, view);
    if (call === undefined) continue;
    Object.defineProperty(made.prototype, signature.name, {
      value(this: Handle, ...parameters: unknown[]) {
        return call(this, ...parameters);
      },
      writable: true,
      configurable: true,
    });
  }
  return made;
}

function resourceClass(
  handle: new (state: HandleState) => Handle,
  functions: readonly Signature[],
  make: Make,
  view: "async" | "sync",
): object {
  const constructs = functions.find(({ kind }) => kind === "constructor");
  const construct = constructs === undefined ? undefined : make(constructs, view);
  function Resource(...parameters: unknown[]): unknown {
    if (construct === undefined || !new.target) throw new TypeError(`${handle.name} cannot be constructed`);
    return construct(...parameters);
  }
  Object.defineProperty(Resource, "name", { value: handle.name });
  Resource.prototype = handle.prototype;
  if (view === "async" && construct !== undefined)
    Object.defineProperty(Resource, "new", { value: construct, enumerable: true });
  for (const signature of functions) {
    if (signature.kind !== "static") continue;
    const call = make(signature, view);
    if (call !== undefined)
      Object.defineProperty(Resource, signature.name, { value: call, enumerable: true, configurable: true });
  }
  return Resource;
}
