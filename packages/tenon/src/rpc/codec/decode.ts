import { camel, mostInItself, mostValueLevels, type Type } from "../../contract/core.js";
import { tryReadJson } from "../../contract/json/index.js";
import { type Reader, Unreadable } from "./reader.js";
import type { References } from "./references.js";

/** Reads a value of one type. Throws {@link Unreadable} if the bytes are not such a value. */
export type Decoder = (reader: Reader, references: References) => any;

const cache = new WeakMap<Type, Decoder>();

/** Compiles a type to its decoder: one closure for each part of the type. The result is cached. */
export function compileDecoder(type: Type): Decoder {
  let decoder = cache.get(type);
  if (decoder === undefined) {
    decoder = compile(type);
    cache.set(type, decoder);
  }
  return decoder;
}

function compile(type: Type): Decoder {
  switch (type.kind) {
    case "bool":
      return (reader) => choice(reader, 2, "a boolean") === 1;
    case "u8":
      return (reader) => reader.byte();
    case "s8":
      return (reader) => (reader.byte() << 24) >> 24;
    case "u16":
      return (reader) => within(reader.varint(), 0xffff);
    case "u32":
      return (reader) => within(reader.varint(), 0xffffffff);
    case "s16":
      return (reader) => zigzag(within(reader.varint(), 0xffff));
    case "s32":
      return (reader) => zigzag(within(reader.varint(), 0xffffffff));
    case "u64":
      return (reader) => reader.bytes.readBigUInt64LE(reader.take(8));
    case "s64":
      return (reader) => reader.bytes.readBigInt64LE(reader.take(8));
    case "f32":
      return (reader) => reader.bytes.readFloatLE(reader.take(4));
    case "f64":
      return (reader) => reader.bytes.readDoubleLE(reader.take(8));
    case "char":
      return (reader) => {
        const code = reader.varint();
        if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
          throw new Unreadable("a char is not a Unicode scalar value");
        return String.fromCodePoint(code);
      };
    case "string":
      return (reader) => reader.text();
    case "list":
      return type.element.kind === "u8" ? (reader) => reader.blob() : list(compileDecoder(type.element));
    case "option":
      return option(type.some);
    case "result":
      return tagged([
        { tag: "ok", decode: type.ok && compileDecoder(type.ok) },
        { tag: "err", decode: type.err && compileDecoder(type.err) },
      ]);
    case "tuple":
      return tuple(type.items.map(compileDecoder));
    case "record":
      return record(
        type.fields.map(({ name }) => camel(name)),
        type.fields.map((field) => compileDecoder(field.type)),
      );
    case "variant":
      return tagged(type.cases.map((item) => ({ tag: item.name, decode: item.type && compileDecoder(item.type) })));
    case "enum": {
      const names = type.cases.map(({ name }) => name);
      if (type.open) {
        return (reader) => {
          const index = choice(reader, names.length + 1, "an enum");
          return index < names.length ? names[index] : zigzag(within(reader.varint(), 0xffffffff));
        };
      }
      return (reader) => names[choice(reader, names.length, "an enum")];
    }
    case "flags":
      return flags(type.flags.map(({ name }) => camel(name)));
    case "own":
    case "borrow": {
      const { resource } = type;
      const owned = type.kind === "own";
      return (reader, references) => references.receiveResource(resource, owned, reader.varint());
    }
    case "stream":
      return (reader, references) => references.receiveStream(type, reader.varint());
    case "future":
      return (reader, references) => references.receiveFuture(type, reader.varint());
    case "map":
      return map(compileDecoder(type.key), compileDecoder(type.value));
    case "json":
      return decodeJson;
    case "recursive":
      return (reader, references) => {
        if (reader.depth >= mostInItself(type.target)) throw new Unreadable("a value contains itself too often");
        reader.depth++;
        const value = compileDecoder(type.target)(reader, references);
        reader.depth--;
        return value;
      };
  }
}

function choice(reader: Reader, count: number, what: string): number {
  const index = reader.varint();
  if (index >= count) throw new Unreadable(`${what} has an unknown case`);
  return index;
}

function within(value: number, most: number): number {
  if (value > most) throw new Unreadable("a number is out of range");
  return value;
}

function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

function list(decode: Decoder): Decoder {
  return (reader, references) => {
    const count = reader.count();
    const items: unknown[] = [];
    for (let index = 0; index < count; index++) items.push(decode(reader, references));
    return items;
  };
}

function map(decodeKey: Decoder, decodeItem: Decoder): Decoder {
  return (reader, references) => {
    const count = reader.count();
    const value = new Map<unknown, unknown>();
    for (let index = 0; index < count; index++) {
      const key = decodeKey(reader, references);
      if (value.has(key)) throw new Unreadable("a map has a key twice");
      value.set(key, decodeItem(reader, references));
    }
    return value;
  };
}

function decodeJson(reader: Reader): unknown {
  const read = tryReadJson(reader.text(), { levels: mostValueLevels, bytes: Number.POSITIVE_INFINITY });
  if ("value" in read) return read.value;
  throw new Unreadable(`a JSON value is not valid: ${read.problem}`);
}

function option(some: Type): Decoder {
  const decode = compileDecoder(some);
  if (some.kind === "option") {
    return (reader, references) =>
      choice(reader, 2, "an option") === 1 ? { tag: "some", val: decode(reader, references) } : { tag: "none" };
  }
  return (reader, references) => (choice(reader, 2, "an option") === 1 ? decode(reader, references) : undefined);
}

function tuple(items: readonly Decoder[]): Decoder {
  return (reader, references) => {
    const values: unknown[] = [];
    for (const decode of items) values.push(decode(reader, references));
    return values;
  };
}

function record(keys: readonly string[], fields: readonly Decoder[]): Decoder {
  return (reader, references) => {
    const value: Record<string, unknown> = {};
    for (let index = 0; index < keys.length; index++)
      value[keys[index] as string] = (fields[index] as Decoder)(reader, references);
    return value;
  };
}

function tagged(cases: readonly { readonly tag: string; readonly decode: Decoder | undefined }[]): Decoder {
  return (reader, references) => {
    const { tag, decode } = cases[choice(reader, cases.length, "a variant")] as (typeof cases)[number];
    return decode === undefined ? { tag } : { tag, val: decode(reader, references) };
  };
}

function flags(keys: readonly string[]): Decoder {
  const size = Math.ceil(keys.length / 8);
  const unused = keys.length % 8 === 0 ? 0 : 0xff << (keys.length % 8);
  return (reader) => {
    const at = reader.take(size);
    const { bytes } = reader;
    if (((bytes[at + size - 1] as number) & unused) !== 0) throw new Unreadable("flags have an unknown bit set");
    const value: Record<string, boolean> = {};
    for (let index = 0; index < keys.length; index++) {
      value[keys[index] as string] = ((bytes[at + (index >> 3)] as number) & (1 << (index & 7))) !== 0;
    }
    return value;
  };
}
