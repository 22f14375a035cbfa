import type { FutureType, ListType, MapType, OptionType, StreamType, TupleType, Type } from "../model/model.js";
import { mapParts } from "../validate/map-parts.js";
import { relatePayloads } from "./payload.js";
import { type Adapt, change, type Relate, type Relation, single, within } from "./relation.js";
import { mapStream } from "./stream.js";
import { typeText } from "./text.js";

export function relateLists(from: ListType, to: ListType, relate: Relate): Relation {
  const relation = relate(from.element, to.element);
  const changes = within("[]", relation.changes);
  const { adapt } = relation;
  // A list<u8> is a Uint8Array, every other list an array.
  const bytesToArray = isByte(from.element) && !isByte(to.element);
  if (adapt === undefined && !bytesToArray) return { changes, adapt: undefined };
  if (adapt === undefined) return { changes, adapt: (value: Uint8Array) => Array.from(value) };
  return { changes, adapt: (value: ArrayLike<unknown>) => Array.from(value, (item) => adapt(item)) };
}

export function relateMaps(from: MapType, to: MapType, relate: Relate): Relation {
  const keys = relate(from.key, to.key);
  const values = relate(from.value, to.value);
  const changes = [...within(" key", keys.changes), ...within("[]", values.changes)];
  if (keys.adapt === undefined && values.adapt === undefined) return { changes, adapt: undefined };
  const { adapt: key = same } = keys;
  const { adapt: value = same } = values;
  return {
    changes,
    adapt: (map: ReadonlyMap<unknown, unknown>) => {
      const adapted = new Map<unknown, unknown>();
      const parts = mapParts(map) as unknown[];
      for (let index = 0; index < parts.length; index += 2) adapted.set(key(parts[index]), value(parts[index + 1]));
      return adapted;
    },
  };
}

const same = (value: unknown): unknown => value;

export function relateOptions(from: OptionType, to: OptionType, relate: Relate): Relation {
  const { changes, adapt } = relate(from.some, to.some);
  const unwraps = from.some.kind === "option";
  const wraps = to.some.kind === "option";
  if (adapt === undefined && unwraps === wraps) return { changes, adapt: undefined };
  return {
    changes,
    adapt: (value: any) => {
      const isNone = unwraps ? value.tag === "none" : value === undefined;
      if (isNone) return wraps ? { tag: "none" } : undefined;
      const inner = unwraps ? value.val : value;
      const some = adapt === undefined ? inner : adapt(inner);
      return wraps ? { tag: "some", val: some } : some;
    },
  };
}

/** Relates a value that is always there to an option. */
export function relateToOption(from: Type, to: OptionType, relate: Relate): Relation {
  const { changes, adapt } = relate(from, to.some);
  const added = change("option-added", { from: typeText(from), to: typeText(to) });
  const wraps = to.some.kind === "option";
  const wrapped: Adapt = wraps ? (value) => ({ tag: "some", val: adapt === undefined ? value : adapt(value) }) : adapt;
  return { changes: [added, ...changes], adapt: wrapped };
}

export function relateTuples(from: TupleType, to: TupleType, relate: Relate): Relation {
  if (from.items.length !== to.items.length) return single("tuple-length", { from: typeText(from), to: typeText(to) });
  const relations = from.items.map((item, index) => relate(item, to.items[index]!));
  const changes = relations.flatMap((relation, index) => within(`[${index}]`, relation.changes));
  if (relations.every(({ adapt }) => adapt === undefined)) return { changes, adapt: undefined };
  const adapts = relations.map(({ adapt }) => adapt);
  return {
    changes,
    adapt: (value: unknown[]) =>
      adapts.map((adapt, index) => (adapt === undefined ? value[index] : adapt(value[index]))),
  };
}

export function relateStreams(from: StreamType, to: StreamType, relate: Relate): Relation {
  const relation = relatePayloads(from.element, to.element, relate);
  const changes = within("[]", relation.changes);
  // A stream<u8> yields Uint8Array chunks, every other stream single elements.
  const flattens = isByte(from.element) && !isByte(to.element);
  const { adapt } = relation;
  if (adapt === undefined && !flattens) return { changes, adapt: undefined };
  return { changes, adapt: (value: AsyncIterable<unknown>) => mapStream(value, adapt ?? ((item) => item), flattens) };
}

export function relateFutures(from: FutureType, to: FutureType, relate: Relate): Relation {
  const { changes, adapt } = relatePayloads(from.value, to.value, relate);
  return { changes, adapt: adapt === undefined ? undefined : (value: Promise<unknown>) => value.then(adapt) };
}

function isByte(type: Type | undefined): boolean {
  return type?.kind === "u8";
}
