import { errors } from "../../../errors/index.js";
import type { CallScope } from "./call-scope.js";
import type { ComponentState } from "./component-state.js";
import { GuestObject } from "./guest-object.js";
import type { CoreFunction } from "./options.js";
import { ResourceHandle } from "./resource-handle.js";
import type { ResourceKind } from "./resource-kind.js";
import { abiError, refusal, trap, trapping } from "./trap.js";

/** `resource.new`: the instance gives a number for an object of its own, and owns a handle to it. */
export function resourceNew(kind: ResourceKind, state: ComponentState): CoreFunction {
  return trapping(state, "resource.new", (number: number) => {
    mustMayLeave(state, "resource.new");
    return state.handles.add(new ResourceHandle(kind, number, undefined));
  });
}

/** `resource.rep`: the number of an object that the instance implements. */
export function resourceRep(kind: ResourceKind, state: ComponentState): CoreFunction {
  return trapping(state, "resource.rep", (handle: number) => find(kind, state, handle).representation);
}

/** `resource.drop`: gives up a handle. With an owned one goes the object. */
export function resourceDrop(kind: ResourceKind, state: ComponentState): CoreFunction {
  return trapping(state, "resource.drop", (index: number) => {
    mustMayLeave(state, "resource.drop");
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
 * Ends an object whose owner is outside of the instance that implements it: the host, or another instance.
 *
 * @param representation as values hold it: a {@link GuestObject}, or an object of the host's.
 * @throws TENON_WASM_BUSY and others when the instance cannot be entered.
 */
export function dropObject(kind: ResourceKind, representation: unknown): void {
  const { owner } = kind;
  if (owner === undefined) {
    kind.drop?.(representation);
    return;
  }
  const label = `${kind.type.name}[drop]`;
  if (!owner.mayEnter) throw refusal(owner, label);
  if (kind.drop === undefined) return;
  owner.mayEnter = false;
  try {
    kind.drop((representation as GuestObject).number);
  } catch (thrown) {
    throw trap(owner, thrown, label);
  }
  owner.mayEnter = owner.trapped === undefined;
}

/** Reads an owned handle, which moves out of the instance. */
export function readOwn(kind: ResourceKind, state: ComponentState): (handle: number) => unknown {
  return (index) => {
    const handle = find(kind, state, index);
    mustNotBeLent(handle, state, index);
    if (handle.scope !== undefined)
      throw abiError(
        state.subject,
        `it gives away the handle ${index} to a ${kind.type.name}, which it has only borrowed`,
      );
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

/** Writes an object that the instance may use while the call lasts. To its own it needs no handle. */
export function writeBorrow(kind: ResourceKind, state: ComponentState): (object: unknown, scope: CallScope) => number {
  if (kind.owner === state) return (object) => inside(kind, state, object) as number;
  return (object, scope) => {
    const index = state.handles.add(new ResourceHandle(kind, inside(kind, state, object), scope));
    scope.borrows += 1;
    return index;
  };
}

/** @throws TENON_WASM_ABI while `realloc` or a post-return function runs. */
export function mustMayLeave(state: ComponentState, what: string): void {
  if (!state.mayLeave)
    throw abiError(state.subject, `it calls ${what} where it may call nothing: in realloc or post-return`);
}

function find(kind: ResourceKind, state: ComponentState, index: number): ResourceHandle {
  const handle = state.handles.get(index, ResourceHandle, kind.type.name);
  if (handle.kind === kind) return handle;
  throw abiError(
    state.subject,
    `it uses the handle ${index >>> 0} for a ${kind.type.name}, and it is to a ${handle.kind.type.name}`,
  );
}

function mustNotBeLent(handle: ResourceHandle, state: ComponentState, index: number): void {
  if (handle.lends !== 0)
    throw abiError(
      state.subject,
      `it gives up the handle ${index >>> 0} to a ${handle.kind.type.name} while it is lent to a call`,
    );
}

/** How an object is held outside of the instance. */
function outside(kind: ResourceKind, state: ComponentState, representation: unknown): unknown {
  return kind.owner === state ? new GuestObject(kind, representation as number) : representation;
}

/** How the instance holds an object. */
function inside(kind: ResourceKind, state: ComponentState, object: unknown): unknown {
  if (kind.owner === undefined) return object;
  if (!(object instanceof GuestObject) || object.kind !== kind) {
    throw errors.TENON_RESOURCE_FOREIGN({
      message: `${state.subject}: an object that is no ${kind.type.name} of this plugin was passed for one`,
      subject: kind.type.name,
    });
  }
  return kind.owner === state ? object.number : object;
}
