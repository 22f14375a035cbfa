import type { FlagsType, RecordType } from "../model/model.js";
import { camel } from "../model/names.js";
import { needsRelease, noneOf } from "./payload.js";
import { type Adapt, type Change, change, type Relate, type Relation, within } from "./relation.js";
import { absent, typeText } from "./text.js";

/** Relates records by field name. The order does not matter. */
export function relateRecords(from: RecordType, to: RecordType, relate: Relate): Relation {
  const changes: Change[] = renamed(from, to);
  const sent = new Map(from.fields.map((field) => [field.name, field]));
  const known = new Set(to.fields.map((field) => field.name));
  const parts: { key: string; adapt: Adapt; none: unknown; isSent: boolean }[] = [];
  let identity = true;
  for (const field of from.fields) {
    if (known.has(field.name)) continue;
    identity = false;
    const facts = {
      path: `.${camel(field.name)}`,
      name: camel(field.name),
      from: `${field.name}: ${typeText(field.type)}`,
      to: absent,
    };
    changes.push(change(needsRelease(field.type) ? "held-dropped" : "field-dropped", facts));
  }
  for (const field of to.fields) {
    const source = sent.get(field.name);
    const key = camel(field.name);
    if (source === undefined) {
      const facts = { path: `.${key}`, name: key, from: absent, to: `${field.name}: ${typeText(field.type)}` };
      changes.push(change(field.type.kind === "option" ? "field-none" : "field-missing", facts));
      identity = false;
      parts.push({ key, adapt: undefined, none: noneOf(field.type), isSent: false });
    } else {
      const relation = relate(source.type, field.type);
      changes.push(...within(`.${key}`, relation.changes));
      if (relation.adapt !== undefined) identity = false;
      parts.push({ key, adapt: relation.adapt, none: undefined, isSent: true });
    }
  }
  if (identity) return { changes, adapt: undefined };
  return {
    changes,
    adapt: (value: Record<string, unknown>) => {
      const result: Record<string, unknown> = {};
      for (const { key, adapt, none, isSent } of parts) {
        if (!isSent) result[key] = none;
        else result[key] = adapt === undefined ? value[key] : adapt(value[key]);
      }
      return result;
    },
  };
}

/** Relates flags. A flag that the receiver does not know is dropped; one that the sender does not know is false. */
export function relateFlags(from: FlagsType, to: FlagsType): Relation {
  const changes: Change[] = renamed(from, to);
  const sent = new Set(from.flags.map(({ name }) => name));
  const known = new Set(to.flags.map(({ name }) => name));
  for (const name of sent) {
    if (!known.has(name))
      changes.push(change("flag-dropped", { path: `.${camel(name)}`, name: camel(name), from: name, to: absent }));
  }
  for (const name of known) {
    if (!sent.has(name))
      changes.push(change("flag-unused", { path: `.${camel(name)}`, name: camel(name), from: absent, to: name }));
  }
  const kept = [...sent].filter((name) => known.has(name)).map(camel);
  if (kept.length === sent.size) return { changes, adapt: undefined };
  return {
    changes,
    adapt: (value: Record<string, boolean | undefined>) => {
      const result: Record<string, boolean> = {};
      for (const name of kept) if (value[name] === true) result[name] = true;
      return result;
    },
  };
}

/** Returns a note if the types have different names. Types are compared by structure. */
export function renamed(from: { readonly name: string }, to: { readonly name: string }): Change[] {
  return from.name === to.name ? [] : [change("type-renamed", { name: to.name, from: from.name, to: to.name })];
}
