import type { CallScope } from "./call-scope.js";
import type { ResourceKind } from "./resource-kind.js";

/** A resource in the table of an instance. */
export class ResourceHandle {
  readonly kind: ResourceKind;
  /** In the instance that implements the resource, its own number; elsewhere the object that represents it. */
  readonly representation: unknown;
  /** The call for which it is borrowed; `undefined` if it is owned. */
  readonly scope: CallScope | undefined;
  /** How many running calls it is lent to. */
  lends = 0;

  constructor(kind: ResourceKind, representation: unknown, scope: CallScope | undefined) {
    this.kind = kind;
    this.representation = representation;
    this.scope = scope;
  }
}
