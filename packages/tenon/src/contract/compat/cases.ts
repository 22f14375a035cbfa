import type { EnumType, Label, ResultType, VariantType } from "../model/model.js";
import { relatePayloads } from "./payload.js";
import { renamed } from "./records.js";
import { type Adapt, type Change, change, type Relate, type Relation, within } from "./relation.js";
import { absent, typeText } from "./text.js";

interface Tagged {
  readonly tag: string;
  readonly val?: unknown;
}

/** Relates variants by case name. The receiver could not read a case that only the sender has. */
export function relateVariants(from: VariantType, to: VariantType, relate: Relate): Relation {
  const changes = [...renamed(from, to), ...relateLabels(from.cases, to.cases)];
  const known = new Map(to.cases.map((item) => [item.name, item]));
  const adapts = new Map<string, Adapt>();
  for (const item of from.cases) {
    const target = known.get(item.name);
    if (target === undefined) continue;
    const relation = relatePayloads(item.type, target.type, relate);
    changes.push(...within(`.${item.name}`, relation.changes));
    if (relation.adapt !== undefined) adapts.set(item.name, relation.adapt);
  }
  return { changes, adapt: tagged(adapts) };
}

export function relateEnums(from: EnumType, to: EnumType): Relation {
  const changes = [...renamed(from, to), ...relateLabels(from.cases, to.cases)];
  const texts = { from: enumText(from), to: enumText(to) };
  if (from.open && !to.open) changes.push(change("enum-closed", texts));
  if (!from.open && to.open) changes.push(change("enum-open", texts));
  return { changes, adapt: undefined };
}

function enumText({ name, open }: EnumType): string {
  return open ? `open enum ${name}` : `enum ${name}`;
}

/** Relates results as values: `{tag, val}`. `functions.ts` relates results that functions return. */
export function relateResults(from: ResultType, to: ResultType, relate: Relate): Relation {
  const changes: Change[] = [];
  const adapts = new Map<string, Adapt>();
  for (const side of ["ok", "err"] as const) {
    const relation = relatePayloads(from[side], to[side], relate);
    changes.push(...within(`.${side}`, relation.changes));
    if (relation.adapt !== undefined) adapts.set(side, relation.adapt);
  }
  return { changes, adapt: tagged(adapts) };
}

function tagged(adapts: ReadonlyMap<string, Adapt>): Adapt {
  if (adapts.size === 0) return undefined;
  return (value: Tagged) => {
    const adapt = adapts.get(value.tag);
    return adapt === undefined ? value : { tag: value.tag, val: adapt(value.val) };
  };
}

function relateLabels(from: readonly Label[], to: readonly Label[]): Change[] {
  const changes: Change[] = [];
  const sent = new Set(from.map(({ name }) => name));
  const known = new Set(to.map(({ name }) => name));
  for (const item of from) {
    if (!known.has(item.name))
      changes.push(
        change("case-unknown", { path: `.${item.name}`, name: item.name, from: caseText(item), to: absent }),
      );
  }
  for (const item of to) {
    if (!sent.has(item.name))
      changes.push(change("case-unused", { path: `.${item.name}`, name: item.name, from: absent, to: caseText(item) }));
  }
  return changes;
}

function caseText(item: Label & { readonly type?: VariantType["cases"][number]["type"] }): string {
  return item.type === undefined ? item.name : `${item.name}(${typeText(item.type)})`;
}
