import type { ResourceKind } from "./resource-kind.js";

/**
 * The representation of a resource that an instance implements, outside that instance. The host holds it while it owns the
 * object.
 */
export class GuestObject {
  readonly kind: ResourceKind;
  /** The number that the instance passed to `resource.new`. */
  readonly number: number;

  constructor(kind: ResourceKind, number: number) {
    this.kind = kind;
    this.number = number;
  }
}
