import type { ResourceType } from "../../../contract/core.js";
import type { ComponentState } from "./component-state.js";

/**
 * A resource type as it exists while a component runs: each instantiation makes its own, and two are the same only when
 * they are one object.
 */
export interface ResourceKind {
  /** How contracts and messages know it. One `ResourceType` object stands for one kind. */
  readonly type: ResourceType;
  /** The instance that implements it, or `undefined` for the host. */
  readonly owner: ComponentState | undefined;
  /**
   * Ends an object that was dropped by whoever owned it: of an instance, given the number that `resource.new` was given;
   * of the host, given its object.
   */
  readonly drop: ((representation: any) => void) | undefined;
}
