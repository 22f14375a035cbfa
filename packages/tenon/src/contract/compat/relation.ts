import type { Type } from "../model/model.js";
import { type RuleId, rules } from "./rules.js";

/** A difference between two types, relative to where they occur. */
export interface Change {
  readonly rule: RuleId;
  /** Appended to the path of the types: `.age`, `[]`, `(): parameter "name"`. */
  readonly path: string;
  readonly name: string;
  readonly fromText: string;
  readonly toText: string;
  /** Whether `from` and `to` are swapped: results go in the opposite direction of calls. */
  readonly reversed: boolean;
}

/** Converts a value of the sender for the receiver. `undefined` if it needs no conversion. */
export type Adapt = ((value: any) => unknown) | undefined;

/** How a value of one type becomes one of another. Ignore `adapt` if a change breaks. */
export interface Relation {
  readonly changes: readonly Change[];
  readonly adapt: Adapt;
}

/** Compares the types of a sender and a receiver, and compiles the conversion. */
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

/** Returns the changes of a part, with the path of the part put before theirs. */
export function within(path: string, changes: readonly Change[]): readonly Change[] {
  return path === "" || changes.length === 0 ? changes : changes.map((item) => ({ ...item, path: path + item.path }));
}

const most = 64;
const weight = { breaks: 0, adapts: 1, note: 2 } as const;

/** Keeps only the most severe changes of one type. Otherwise types that share their parts could multiply them endlessly. */
export function bounded(relation: Relation): Relation {
  if (relation.changes.length <= most) return relation;
  const changes = [...relation.changes]
    .sort((one, other) => weight[rules[one.rule].severity] - weight[rules[other.rule].severity])
    .slice(0, most);
  return { changes, adapt: relation.adapt };
}
