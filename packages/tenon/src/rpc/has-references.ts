import type { Type } from "../contract/core.js";
import { holdsReferences } from "../contract/model/reach.js";

/** Whether values of a type can contain resources, streams or futures: what crosses the wire as a number. */
export function hasReferences(type: Type | undefined): boolean {
  return type !== undefined && holdsReferences(type);
}
