import { type ContentCodec, readPrefixed, writePrefixed } from "./content.js";
import { compareKeys } from "./keys.js";
import { type MessageReader, wire } from "./reader.js";
import type { ElementCodec } from "./scalars.js";
import type { MessageWriter } from "./writer.js";

export type Values = Record<string, any>;

/** What became of a field that was read. */
export const outcome = {
  /** It was written in another way than the field is: nothing was read. */
  other: 0,
  done: 1,
  /** It was read, and its bytes are kept: a number that is none of a closed enum. */
  keep: 2,
} as const;

/** Writes and reads one field of a message. */
export interface FieldCodec {
  readonly number: number;
  readonly write: (writer: MessageWriter, record: Values) => void;
  readonly read: (reader: MessageReader, record: Values, kind: number) => number;
}

/** What a field holds: a message, or anything else. */
export type Inner =
  | { readonly element: ElementCodec; readonly content?: undefined }
  | { readonly content: ContentCodec; readonly delimited: boolean; readonly element?: undefined };

const tagOf = (number: number, kind: number): number => ((number << 3) | kind) >>> 0;

/** How one value is written with its tag, and read after it. */
interface Tagged {
  readonly kind: number;
  readonly write: (writer: MessageWriter, value: unknown) => void;
  readonly read: (reader: MessageReader, previous: unknown) => unknown;
}

function tagged(number: number, inner: Inner): Tagged {
  if (inner.element !== undefined) {
    const { element } = inner;
    const tag = tagOf(number, element.wire);
    return {
      kind: element.wire,
      write(writer, value) {
        writer.uint32(tag);
        element.write(writer, value);
      },
      read: element.read,
    };
  }
  const { content, delimited } = inner;
  const tag = tagOf(number, delimited ? wire.group : wire.bytes);
  const end = tagOf(number, wire.groupEnd);
  if (delimited)
    return {
      kind: wire.group,
      write(writer, value) {
        writer.uint32(tag);
        content.write(writer, value);
        writer.uint32(end);
      },
      read: (reader, previous) => content.read(reader, previous, number),
    };
  return {
    kind: wire.bytes,
    write(writer, value) {
      writer.uint32(tag);
      writePrefixed(writer, content, value);
    },
    read: (reader, previous) => readPrefixed(reader, content, previous),
  };
}

/** @param implicit the default value is the same as none. */
export function singleField(key: string, number: number, inner: Inner, implicit: boolean): FieldCodec {
  const { kind, write, read } = tagged(number, inner);
  const isMessage = inner.content !== undefined;
  const isInitial = implicit && inner.element !== undefined ? inner.element.isInitial : undefined;
  return {
    number,
    write(writer, record) {
      const value = record[key];
      if (value === undefined || isInitial?.(value) === true) return;
      write(writer, value);
    },
    read(reader, record, given) {
      if (given !== kind) return outcome.other;
      const value = read(reader, isMessage ? record[key] : undefined);
      if (value === undefined) return outcome.keep;
      record[key] = value;
      return outcome.done;
    },
  };
}

/** A field of a oneof: `{tag, val}` under the oneof's key. @param empty the case has no payload. */
export function caseField(key: string, label: string, number: number, inner: Inner, empty: boolean): FieldCodec {
  const { kind, write, read } = tagged(number, inner);
  const isMessage = inner.content !== undefined;
  return {
    number,
    write(writer, record) {
      const choice = record[key];
      if (choice !== undefined && choice.tag === label) write(writer, choice.val);
    },
    read(reader, record, given) {
      if (given !== kind) return outcome.other;
      const previous = isMessage && !empty && record[key]?.tag === label ? record[key].val : undefined;
      const val = read(reader, previous);
      if (empty) record[key] = { tag: label };
      else if (val === undefined) return outcome.keep;
      else record[key] = { tag: label, val };
      return outcome.done;
    },
  };
}

export function repeatedField(key: string, number: number, inner: Inner, packed: boolean): FieldCodec {
  const { kind, write, read } = tagged(number, inner);
  const { element } = inner;
  const packable = element !== undefined && element.wire !== wire.bytes;
  const packedTag = tagOf(number, wire.bytes);
  const plainTag = tagOf(number, kind);
  return {
    number,
    write(writer, record) {
      const list = record[key] as ArrayLike<unknown>;
      const { length } = list;
      if (length === 0) return;
      if (!packed || element === undefined) {
        for (let index = 0; index < length; index++) write(writer, list[index]);
        return;
      }
      writer.uint32(packedTag);
      const start = writer.open();
      for (let index = 0; index < length; index++) element.write(writer, list[index]);
      writer.close(start);
    },
    read(reader, record, given) {
      const list = record[key] as unknown[];
      if (given === kind) {
        reader.spend(1);
        const value = read(reader, undefined);
        if (value === undefined) return outcome.keep;
        list.push(value);
        return outcome.done;
      }
      if (!packable || given !== wire.bytes) return outcome.other;
      const end = reader.length();
      const outer = reader.end;
      reader.end = end;
      while (reader.at < end) {
        const start = reader.at;
        reader.spend(1);
        const value = element.read(reader);
        if (value !== undefined) list.push(value);
        else reader.keep(plain(plainTag, reader.slice(start, reader.at)));
      }
      reader.end = outer;
      return outcome.done;
    },
  };
}

/** One item of a packed field as a field on its own. */
function plain(tag: number, value: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let rest = tag;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.of(...bytes, rest, ...value);
}

/** A map: entries of two fields, in the order of their keys, so that equal maps become equal bytes. */
export function mapField(key: string, number: number, keys: ElementCodec, inner: Inner): FieldCodec {
  const tag = tagOf(number, wire.bytes);
  const keyTag = tagOf(1, keys.wire);
  const { kind, write, read } = tagged(2, inner);
  return {
    number,
    write(writer, record) {
      const map = record[key] as Map<any, unknown>;
      if (map.size === 0) return;
      for (const name of map.size === 1 ? map.keys() : [...map.keys()].sort(compareKeys)) {
        writer.uint32(tag);
        const start = writer.open();
        writer.uint32(keyTag);
        keys.write(writer, name);
        write(writer, map.get(name));
        writer.close(start);
      }
    },
    read(reader, record, given) {
      if (given !== wire.bytes) return outcome.other;
      reader.spend(1);
      const end = reader.length();
      const outer = reader.end;
      reader.end = end;
      let name = keys.initial;
      let value: unknown;
      let known = true;
      while (reader.at < end) {
        const inside = reader.tag();
        if (reader.number === 1 && inside === keys.wire) name = keys.read(reader);
        else if (reader.number === 2 && inside === kind) {
          const next = read(reader, value);
          known = next !== undefined;
          if (known) value = next;
        } else reader.skip(inside);
      }
      if (!known) {
        reader.end = outer;
        return outcome.keep;
      }
      // An entry may leave its value out.
      if (value === undefined)
        value = inner.element === undefined ? inner.content.read(reader, undefined, 0) : copied(inner.element.initial);
      reader.end = outer;
      (record[key] as Map<unknown, unknown>).set(name, value);
      return outcome.done;
    },
  };
}

/** Bytes are never shared between two values. */
function copied(initial: unknown): unknown {
  return initial instanceof Uint8Array ? initial.slice() : initial;
}
