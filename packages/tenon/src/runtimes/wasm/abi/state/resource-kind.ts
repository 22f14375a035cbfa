import type { ResourceType } from "../../../../contract/core.js";
import type { ComponentState } from "./component-state.js";

/**
 * A resource type while a component runs. Each instantiation creates its own, and two are the same only if they are the
 * same object.
 */
export interface ResourceKind {
  /** The type in contracts and messages. One `ResourceType` object stands for one kind. */
  readonly type: ResourceType;
  /** The instance that implements it, or `undefined` for the host. */
  readonly owner: ComponentState | undefined;
  /**
   * Destroys an object that its owner dropped. Takes the number that was passed to `resource.new` for an object of an
   * instance, and the object itself for one of the host.
   */
  readonly drop: ((representation: any) => void) | undefined;
}
