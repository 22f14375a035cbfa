import { abiViolation, foreignResource } from "../../../../errors/factories/wasm-call.js";
import type { CoreFunction } from "../code/options.js";
import type { CallScope } from "./call-scope.js";
import type { ComponentState } from "./component-state.js";
import { GuestObject } from "./guest-object.js";
import { ResourceHandle } from "./resource-handle.js";
import type { ResourceKind } from "./resource-kind.js";
import { cannotEnter, trap, trapOnThrow } from "./trap.js";

/** `resource.new`: the instance passes the number of an object that it implements, and gets an owned handle to it. */
export function resourceNew(kind: ResourceKind, state: ComponentState): CoreFunction {
  return trapOnThrow(state, "resource.new", (number: number) => {
    assertMayLeave(state, "resource.new");
    return state.handles.add(new ResourceHandle(kind, number, undefined));
  });
}

/** `resource.rep`: the number of an object that the instance implements. */
export function resourceRep(kind: ResourceKind, state: ComponentState): CoreFunction {
  return trapOnThrow(state, "resource.rep", (handle: number) => find(kind, state, handle).representation);
}

/** `resource.drop`: drops a handle, and with an owned one the object. */
export function resourceDrop(kind: ResourceKind, state: ComponentState): CoreFunction {
  return trapOnThrow(state, "resource.drop", (index: number) => {
    assertMayLeave(state, "resource.drop");
    const handle = find(kind, state, index);
    mustNotBeLent(handle, state, index);
    state.handles.free(index);
    if (handle.scope !== undefined) handle.scope.borrows -= 1;
    // Within its own instance the destructor is a call like any other of its functions.
    else if (kind.owner === state) kind.drop?.(handle.representation);
    else dropObject(kind, handle.representation);
  });
}

/**
 * Destroys an object whose owner is outside the instance that implements it: the host, or another instance.
 *
 * @param representation a {@link GuestObject}, or an object of the host.
 * @throws TENON_WASM_BUSY and others if the instance cannot be entered.
 */
export function dropObject(kind: ResourceKind, representation: unknown): void {
  const { owner } = kind;
  if (owner === undefined) {
    kind.drop?.(representation);
    return;
  }
  const label = `${kind.type.name}[drop]`;
  if (!owner.mayEnter) throw cannotEnter(owner, label);
  if (kind.drop === undefined) return;
  owner.mayEnter = false;
  const { concurrency } = owner;
  const { storage } = concurrency;
  if (concurrency.hasStorage) concurrency.storage = [0, 0];
  try {
    kind.drop((representation as GuestObject).number);
  } catch (thrown) {
    throw trap(owner, thrown, label);
  }
  concurrency.storage = storage;
  owner.mayEnter = owner.trapped === undefined;
}

/** Reads an owned handle, which leaves the instance. */
export function readOwn(kind: ResourceKind, state: ComponentState): (handle: number) => unknown {
  return (index) => {
    const handle = find(kind, state, index);
    mustNotBeLent(handle, state, index);
    if (handle.scope !== undefined)
      throw abiViolation(state.subject, `passed on handle ${index} to a ${kind.type.name}, which it only borrows`);
    state.handles.free(index);
    return outside(kind, state, handle.representation);
  };
}

/** Reads a handle that is lent for a call. */
export function readBorrow(kind: ResourceKind, state: ComponentState): (handle: number, scope: CallScope) => unknown {
  return (index, scope) => {
    const handle = find(kind, state, index);
    scope.lend(handle);
    return outside(kind, state, handle.representation);
  };
}

/** Writes an object that the instance owns from now on. */
export function writeOwn(kind: ResourceKind, state: ComponentState): (object: unknown) => number {
  return (object) => state.handles.add(new ResourceHandle(kind, inside(kind, state, object), undefined));
}

/** Writes an object that the instance may use during the call. It needs no handle for an object that it implements. */
export function writeBorrow(kind: ResourceKind, state: ComponentState): (object: unknown, scope: CallScope) => number {
  if (kind.owner === state) return (object) => inside(kind, state, object) as number;
  return (object, scope) => {
    const index = state.handles.add(new ResourceHandle(kind, inside(kind, state, object), scope));
    scope.borrows += 1;
    return index;
  };
}

/** @throws TENON_WASM_ABI while `realloc` or a post-return function runs. */
export function assertMayLeave(state: ComponentState, what: string): void {
  if (!state.mayLeave)
    throw abiViolation(state.subject, `calls ${what} from realloc or post-return, which may not call imports`);
}

function find(kind: ResourceKind, state: ComponentState, index: number): ResourceHandle {
  const handle = state.handles.get(index, ResourceHandle, kind.type.name);
  if (handle.kind === kind) return handle;
  throw abiViolation(
    state.subject,
    `used handle ${index >>> 0} as a ${kind.type.name}, but it is a ${handle.kind.type.name}`,
  );
}

function mustNotBeLent(handle: ResourceHandle, state: ComponentState, index: number): void {
  if (handle.lends !== 0)
    throw abiViolation(
      state.subject,
      `dropped or passed on handle ${index >>> 0} to a ${handle.kind.type.name} while a call borrows it`,
    );
}

/** The representation of an object outside the instance. */
function outside(kind: ResourceKind, state: ComponentState, representation: unknown): unknown {
  return kind.owner === state ? new GuestObject(kind, representation as number) : representation;
}

/** The representation of an object inside the instance. */
function inside(kind: ResourceKind, state: ComponentState, object: unknown): unknown {
  if (kind.owner === undefined) return object;
  if (!(object instanceof GuestObject) || object.kind !== kind) {
    throw foreignResource(state.subject, kind.type.name);
  }
  return kind.owner === state ? object.number : object;
}
