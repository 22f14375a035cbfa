import { camel } from "../../../model/names.js";
import type { FieldSchema, MessageSchema } from "../schema/schema.js";
import { specialForm } from "../schema/special-forms.js";
import type { ContentCodec } from "./content.js";
import {
  caseField,
  type FieldCodec,
  type Inner,
  mapField,
  outcome,
  repeatedField,
  singleField,
  type Values,
} from "./field-codecs.js";
import { listContent, structContent, valueContent } from "./json-content.js";
import { Unfit } from "./limits.js";
import { MessageReader, wire } from "./reader.js";
import { enumCodec, scalarCodecs } from "./scalars.js";
import { emptyContent, wrapperContent } from "./wrapper-content.js";

/** Makes the codecs of messages: one for each message, when it is needed first. */
export class Contents {
  readonly #known = new Map<MessageSchema, ContentCodec>();
  readonly #requiring = new Map<MessageSchema, boolean>();

  /** Returns the codec of what a message becomes: a record, a JSON value or a single value. */
  of(message: MessageSchema): ContentCodec {
    let content = this.#known.get(message);
    if (content === undefined) {
      content = this.#special(message) ?? new RecordContent(message, this);
      this.#known.set(message, content);
    }
    return content;
  }

  #special(message: MessageSchema): ContentCodec | undefined {
    const form = specialForm(message);
    switch (form?.kind) {
      case "struct":
        return structContent;
      case "value":
        return valueContent;
      case "list":
        return listContent;
      case "wrapper":
        return wrapperContent(scalarCodecs[form.scalar]);
      default:
        return undefined;
    }
  }

  inner({ type }: FieldSchema): Inner {
    switch (type.kind) {
      case "scalar":
        return { element: scalarCodecs[type.scalar] };
      case "enum":
        return { element: enumCodec(type.enum) };
      case "message":
        return { content: lazily(() => this.of(type.message)), delimited: type.delimited };
    }
  }

  /** Whether a message or one inside it has required fields. */
  requires(message: MessageSchema): boolean {
    const known = this.#requiring.get(message);
    if (known !== undefined) return known;
    const reached = new Set([message]);
    for (const each of reached)
      for (const { type } of each.fields) if (type.kind === "message") reached.add(type.message);
    const requires = [...reached].some(({ fields }) => fields.some(({ presence }) => presence === "required"));
    this.#requiring.set(message, requires);
    return requires;
  }
}

/** Messages may contain themselves, so the codec of an inner one is looked up when its first value comes. */
function lazily(find: () => ContentCodec): ContentCodec {
  let found: ContentCodec | undefined;
  return {
    write: (writer, value) => (found ??= find()).write(writer, value),
    read: (reader, previous, group) => (found ??= find()).read(reader, previous, group),
    get missing() {
      return (found ??= find()).missing;
    },
  };
}

/** The key of the bytes that no field takes. */
const unknownKey = "unknownFields";
/** Fields with lower numbers are found in an array. */
const arrayLength = 1000;

/** A message as a record: each field under its name in JavaScript. */
class RecordContent implements ContentCodec {
  readonly missing: ContentCodec["missing"];
  readonly write: ContentCodec["write"];
  readonly read: ContentCodec["read"];

  constructor(message: MessageSchema, contents: Contents) {
    const fields = message.fields.map((field) => fieldCodec(field, contents)).sort((a, b) => a.number - b.number);
    const fresh = freshRecord(message);
    this.write = writeRecord(fields);
    this.read = readRecord(fields, fresh, message.fields.length + 1);
    this.missing = contents.requires(message) ? missingIn(message, contents) : undefined;
  }
}

function fieldCodec(field: FieldSchema, contents: Contents): FieldCodec {
  const key = camel(field.label);
  const inner = contents.inner(field);
  if (field.oneof !== undefined) {
    const empty = field.type.kind === "message" && specialForm(field.type.message)?.kind === "empty";
    const held: Inner = empty
      ? { content: emptyContent, delimited: field.type.kind === "message" && field.type.delimited }
      : inner;
    return caseField(camel(field.oneof.label), field.label, field.number, held, empty);
  }
  switch (field.presence) {
    case "repeated":
      return repeatedField(key, field.number, inner, field.packed);
    case "map":
      return mapField(key, field.number, scalarCodecs[field.key!], inner);
    default:
      return singleField(key, field.number, inner, field.presence === "implicit");
  }
}

interface Fresh {
  /** Makes the record of an empty message. Its keys are always the same, in the same order, which engines like. */
  readonly make: () => Values;
  /** The keys of bytes that are empty where the message has none: made only then, as they cost more than the rest. */
  readonly bytes: readonly string[];
}

function freshRecord(message: MessageSchema): Fresh {
  const template: Values = {};
  const lists: string[] = [];
  const maps: string[] = [];
  const bytes: string[] = [];
  for (const field of message.fields) {
    if (field.oneof !== undefined) {
      template[camel(field.oneof.label)] = undefined;
      continue;
    }
    const key = camel(field.label);
    template[key] = undefined;
    if (field.presence === "repeated") lists.push(key);
    else if (field.presence === "map") maps.push(key);
    else if (field.presence !== "implicit") continue;
    else if (field.type.kind === "enum") template[key] = field.type.enum.values[0]!.label;
    else if (field.type.kind === "scalar") {
      if (field.type.scalar === "bytes") bytes.push(key);
      else template[key] = scalarCodecs[field.type.scalar].initial;
    }
  }
  template[unknownKey] = undefined;
  const make = (): Values => {
    const record = { ...template };
    for (const key of lists) record[key] = [];
    for (const key of maps) record[key] = new Map();
    return record;
  };
  return { make, bytes };
}

function writeRecord(fields: readonly FieldCodec[]): ContentCodec["write"] {
  const { length } = fields;
  return (writer, record: Values) => {
    writer.enter();
    for (let index = 0; index < length; index++) fields[index]!.write(writer, record);
    const unknown = record[unknownKey];
    if (unknown !== undefined) {
      expectFields(unknown);
      writer.raw(unknown);
    }
    writer.leave();
  };
}

/** What is added to a message must be fields, or it would damage those that follow. */
function expectFields(bytes: Uint8Array): void {
  const reader = new MessageReader(bytes, 100, 0);
  try {
    while (reader.at < reader.end) reader.skip(reader.tag());
  } catch (problem) {
    throw new Unfit(`unknownFields has no fields of Protocol Buffers: ${(problem as Error).message}`);
  }
}

function readRecord(fields: readonly FieldCodec[], fresh: Fresh, size: number): ContentCodec["read"] {
  const near: (FieldCodec | undefined)[] = [];
  const far = new Map<number, FieldCodec>();
  for (const field of fields) {
    if (field.number >= arrayLength) far.set(field.number, field);
    else {
      while (near.length <= field.number) near.push(undefined);
      near[field.number] = field;
    }
  }
  return (reader, previous, group) => {
    reader.enter();
    let record: Values;
    if (previous === undefined) {
      reader.spend(size);
      record = fresh.make();
    } else record = previous as Values;
    const outer = reader.kept;
    reader.kept = undefined;
    for (;;) {
      if (reader.at >= reader.end) {
        if (group !== 0) throw reader.cut();
        break;
      }
      const start = reader.at;
      const kind = reader.tag();
      const { number } = reader;
      const field = number < arrayLength ? near[number] : far.get(number);
      if (field !== undefined) {
        const became = field.read(reader, record, kind);
        if (became === outcome.done) continue;
        if (became === outcome.keep) {
          reader.keep(reader.slice(start, reader.at));
          continue;
        }
      }
      if (kind === wire.groupEnd && number === group) break;
      reader.skip(kind);
      reader.keep(reader.slice(start, reader.at));
    }
    for (const key of fresh.bytes) record[key] ??= new Uint8Array(0);
    if (reader.kept !== undefined) record[unknownKey] = joined(record[unknownKey], reader.kept);
    reader.kept = outer;
    reader.leave();
    return record;
  };
}

function joined(previous: Uint8Array | undefined, parts: readonly Uint8Array[]): Uint8Array {
  const all = previous === undefined ? parts : [previous, ...parts];
  const bytes = new Uint8Array(all.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

/** Returns what finds a required field that a message, or one inside it, does not have. */
function missingIn(message: MessageSchema, contents: Contents): (record: Values) => string | undefined {
  const checks = message.fields.flatMap((field): ((record: Values) => string | undefined)[] => {
    const key = camel(field.label);
    const { type, oneof, presence, name } = field;
    const checked: ((record: Values) => string | undefined)[] = [];
    if (presence === "required") checked.push((record) => (record[key] === undefined ? name : undefined));
    if (type.kind !== "message" || !contents.requires(type.message)) return checked;
    const content = lazily(() => contents.of(type.message));
    const inside = (value: unknown): string | undefined => {
      const path = value === undefined ? undefined : content.missing?.(value);
      return path === undefined ? undefined : `${name}.${path}`;
    };
    if (oneof !== undefined) {
      const choice = camel(oneof.label);
      checked.push((record) => (record[choice]?.tag === field.label ? inside(record[choice].val) : undefined));
    } else if (presence === "repeated" || presence === "map")
      checked.push((record) => firstOf((record[key] as Map<unknown, unknown> | unknown[]).values(), inside));
    else checked.push((record) => inside(record[key]));
    return checked;
  });
  return (record) => firstOf(checks, (check) => check(record));
}

function firstOf<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
