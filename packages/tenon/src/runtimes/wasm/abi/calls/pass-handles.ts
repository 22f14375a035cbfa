import type { ResourceType } from "../../../../contract/core.js";
import type { HandleUse } from "../code/memory-source.js";
import type { ComponentState } from "../state/component-state.js";
import type { ResourceKind } from "../state/resource-kind.js";
import { readBorrow, readOwn, writeBorrow, writeOwn } from "../state/resources.js";
import { passStream } from "../streams/pass-stream.js";

/** Returns the resource kind for a resource type of a contract. */
export type ResolveResource = (resource: ResourceType) => ResourceKind;

/** Returns the functions that generated code calls to pass the handles of one instance. */
export function passHandles(state: ComponentState, resolve: ResolveResource): (use: HandleUse) => unknown {
  return ({ type, direction }) => {
    switch (type.kind) {
      case "own":
        return (direction === "read" ? readOwn : writeOwn)(resolve(type.resource), state);
      case "borrow":
        return (direction === "read" ? readBorrow : writeBorrow)(resolve(type.resource), state);
      default:
        return passStream(type, direction, state);
    }
  };
}
