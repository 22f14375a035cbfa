import type { Type } from "../model/model.js";
import { contains } from "../model/reach.js";
import { identical, type Relate, type Relation, single } from "./relation.js";
import { absent, typeText } from "./text.js";

/**
 * Relates types that may be absent on either side: the payload of a case, a side of a result, the element of a stream, the
 * value of a future, the result of a function.
 */
export function relatePayloads(
  from: Type | undefined,
  to: Type | undefined,
  relate: Relate,
  subject: "payload" | "result" = "payload",
): Relation {
  if (from !== undefined && to !== undefined) return relate(from, to);
  if (from !== undefined) return needsRelease(from) ? heldDropped(subject, from) : dropped(`${subject}-dropped`, from);
  if (to === undefined) return identical;
  if (to.kind !== "option") return single(`${subject}-missing`, { from: absent, to: typeText(to) });
  const none = noneOf(to);
  return single(`${subject}-none`, { from: absent, to: typeText(to) }, () => none);
}

/** Returns the value of none: a nested option is tagged (docs/contract.md, "JavaScript mapping"). */
export function noneOf(type: Type): unknown {
  return type.kind === "option" && type.some.kind === "option" ? Object.freeze({ tag: "none" }) : undefined;
}

/** Whether a value of the type may contain something that its receiver must release: a resource, stream or future. */
export const needsRelease = contains(({ kind }) => kind === "own" || kind === "stream" || kind === "future");

function heldDropped(name: string, type: Type): Relation {
  return single("held-dropped", { name, from: typeText(type), to: absent });
}

function dropped(rule: "payload-dropped" | "result-dropped", type: Type): Relation {
  return single(rule, { from: typeText(type), to: absent }, () => undefined);
}
