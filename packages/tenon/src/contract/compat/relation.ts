import type { Type } from "../model.js";
import { type RuleId, rules } from "./rules.js";

/** A difference between two types, relative to where they stand. */
export interface Change {
  readonly rule: RuleId;
  /** Appended to the path of the place: `.age`, `[]`, `(): parameter "name"`. */
  readonly path: string;
  readonly name: string;
  readonly fromText: string;
  readonly toText: string;
  /** Whether `from` and `to` are exchanged against the relation's own: results travel against calls. */
  readonly reversed: boolean;
}

/** Carries a value of the sender over to the receiver; `undefined` stands for a value that stays as it is. */
export type Adapt = ((value: any) => unknown) | undefined;

/** How a value of one type becomes one of another. `adapt` means nothing when a change breaks. */
export interface Relation {
  readonly changes: readonly Change[];
  readonly adapt: Adapt;
}

/** Relates the types of a sender and a receiver. */
export type Relate = (from: Type, to: Type) => Relation;

export const identical: Relation = { changes: [], adapt: undefined };

export function change(rule: RuleId, facts: { path?: string; name?: string; from: string; to: string }): Change {
  return {
    rule,
    path: facts.path ?? "",
    name: facts.name ?? "",
    fromText: facts.from,
    toText: facts.to,
    reversed: false,
  };
}

export function single(rule: RuleId, facts: { name?: string; from: string; to: string }, adapt?: Adapt): Relation {
  return { changes: [change(rule, facts)], adapt };
}

/** The changes of a part, seen from the whole. */
export function within(path: string, changes: readonly Change[]): readonly Change[] {
  return path === "" || changes.length === 0 ? changes : changes.map((item) => ({ ...item, path: path + item.path }));
}

const most = 64;
const weight = { breaks: 0, adapts: 1, note: 2 } as const;

/** Keeps the weightiest changes of one type, so that types which share their parts cannot multiply them without end. */
export function bounded(relation: Relation): Relation {
  if (relation.changes.length <= most) return relation;
  const changes = [...relation.changes]
    .sort((one, other) => weight[rules[one.rule].severity] - weight[rules[other.rule].severity])
    .slice(0, most);
  return { changes, adapt: relation.adapt };
}
