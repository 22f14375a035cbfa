import type { ResourceKind } from "./resource-kind.js";

/**
 * The representation, outside of components, of a resource that an instance implements. The host's side holds it while
 * it owns the object.
 */
export class GuestObject {
  readonly kind: ResourceKind;
  /** What `resource.new` was given. */
  readonly number: number;

  constructor(kind: ResourceKind, number: number) {
    this.kind = kind;
    this.number = number;
  }
}
