import type { JsonValue } from "../../../json/json-value.js";
import { type ContentCodec, readPrefixed, writePrefixed } from "./content.js";
import { compareText } from "./keys.js";
import { Unfit } from "./limits.js";
import { type MessageReader, wire } from "./reader.js";
import type { MessageWriter } from "./writer.js";

/**
 * `Struct`, `Value` and `ListValue` of google/protobuf/struct.proto as JSON values. Unknown fields in them are left out, and
 * what JSON cannot say is refused: a `Value` without a value, and numbers that are not finite.
 */

type JsonObject = { [key: string]: JsonValue };

/** The tags of a Value's fields. */
const kinds = { null: 0x08, number: 0x11, string: 0x1a, bool: 0x20, struct: 0x2a, list: 0x32 } as const;

export const valueContent: ContentCodec = {
  write(writer, value: JsonValue) {
    writer.enter();
    writeValue(writer, value);
    writer.leave();
  },
  read(reader, previous, group) {
    let value = previous as JsonValue | undefined;
    reader.enter();
    readFields(reader, group, (kind) => {
      switch ((reader.number << 3) | kind) {
        case kinds.null:
          reader.uint32();
          value = null;
          return true;
        case kinds.number:
          value = reader.double();
          if (!Number.isFinite(value)) throw reader.unfit(`the number of a Value is ${value}, which JSON cannot say`);
          return true;
        case kinds.string:
          value = reader.text();
          return true;
        case kinds.bool:
          value = reader.uint32() !== 0 || reader.high !== 0;
          return true;
        case kinds.struct:
          value = readPrefixed(reader, structContent, isObject(value) ? value : undefined) as JsonValue;
          return true;
        case kinds.list:
          value = readPrefixed(reader, listContent, Array.isArray(value) ? value : undefined) as JsonValue;
          return true;
        default:
          return false;
      }
    });
    reader.leave();
    if (value === undefined) throw reader.unfit("a Value has no value");
    return value;
  },
};

export const structContent: ContentCodec = {
  write(writer, value: JsonValue) {
    if (!isObject(value)) throw new Unfit("a Struct is an object, and not any other JSON value");
    writer.enter();
    writeObject(writer, value);
    writer.leave();
  },
  read(reader, previous, group) {
    const object = (previous ?? {}) as JsonObject;
    reader.enter();
    readFields(reader, group, (kind) => {
      if (reader.number !== 1 || kind !== wire.bytes) return false;
      let key = "";
      let value: JsonValue | undefined;
      const end = reader.length();
      const outer = reader.end;
      reader.end = end;
      readFields(reader, 0, (inner) => {
        if (inner !== wire.bytes || reader.number > 2) return false;
        if (reader.number === 1) key = reader.text();
        else value = readPrefixed(reader, valueContent, value) as JsonValue;
        return true;
      });
      reader.end = outer;
      if (value === undefined) throw reader.unfit("a Value has no value");
      // `__proto__` is a key like others.
      if (key === "__proto__")
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      else object[key] = value;
      return true;
    });
    reader.leave();
    return object;
  },
};

export const listContent: ContentCodec = {
  write(writer, value: JsonValue) {
    if (!Array.isArray(value)) throw new Unfit("a ListValue is an array, and not any other JSON value");
    writer.enter();
    writeList(writer, value);
    writer.leave();
  },
  read(reader, previous, group) {
    const list = (previous ?? []) as JsonValue[];
    reader.enter();
    readFields(reader, group, (kind) => {
      if (reader.number !== 1 || kind !== wire.bytes) return false;
      list.push(readPrefixed(reader, valueContent, undefined) as JsonValue);
      return true;
    });
    reader.leave();
    return list;
  },
};

/** Reads every field of a message, and skips those that `take` does not read. */
function readFields(reader: MessageReader, group: number, take: (kind: number) => boolean): void {
  reader.spend(1);
  for (;;) {
    if (reader.at >= reader.end) {
      if (group !== 0) throw reader.cut();
      return;
    }
    const kind = reader.tag();
    if (take(kind)) continue;
    if (kind === wire.groupEnd && reader.number === group) return;
    reader.skip(kind);
  }
}

function writeValue(writer: MessageWriter, value: JsonValue): void {
  if (value === null) {
    writer.uint32(kinds.null);
    writer.uint32(0);
  } else if (typeof value === "boolean") {
    writer.uint32(kinds.bool);
    writer.uint32(value ? 1 : 0);
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Unfit(`a number of a JSON value is ${value}`);
    writer.uint32(kinds.number);
    writer.double(value);
  } else if (typeof value === "string") {
    writer.uint32(kinds.string);
    writer.text(value);
  } else {
    const isList = Array.isArray(value);
    writer.uint32(isList ? kinds.list : kinds.struct);
    writePrefixed(writer, isList ? listContent : structContent, value);
  }
}

function writeObject(writer: MessageWriter, object: JsonObject): void {
  // In the order of their keys, so that equal objects become equal bytes.
  for (const key of Object.keys(object).sort(compareText)) {
    writer.uint32(0x0a);
    const start = writer.open();
    writer.uint32(0x0a);
    writer.text(key);
    writer.uint32(0x12);
    writePrefixed(writer, valueContent, object[key]);
    writer.close(start);
  }
}

function writeList(writer: MessageWriter, list: readonly JsonValue[]): void {
  for (const item of list) {
    writer.uint32(0x0a);
    writePrefixed(writer, valueContent, item);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
