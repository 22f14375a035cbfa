import { camel, isJson, jsonSize, mapParts, mostInItself, type Type } from "../../contract/core.js";
import { jsonText } from "./json-text.js";
import type { References } from "./references.js";
import { TooLarge, Unencodable, type Writer } from "./writer.js";

/** Writes a value of one type. Throws {@link Unencodable} if the value does not have that type. */
export type Encoder = (writer: Writer, value: any, references: References) => void;

/** How many names an error lists. */
const mostNamed = 50;

const cache = new WeakMap<Type, Encoder>();

/** Compiles a type to its encoder: one closure for each part of the type. The result is cached. */
export function compileEncoder(type: Type): Encoder {
  let encoder = cache.get(type);
  if (encoder === undefined) {
    encoder = compile(type);
    cache.set(type, encoder);
  }
  return encoder;
}

const integers = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffffffff],
  s8: [-0x80, 0x7f],
  s16: [-0x8000, 0x7fff],
  s32: [-0x80000000, 0x7fffffff],
} as const;

function compile(type: Type): Encoder {
  switch (type.kind) {
    case "bool":
      return (writer, value) => {
        if (typeof value !== "boolean") throw new Unencodable("boolean");
        writer.byte(value ? 1 : 0);
      };
    case "u8":
    case "u16":
    case "u32":
    case "s8":
    case "s16":
    case "s32":
      return integer(type.kind);
    case "u64":
      return (writer, value) => {
        if (typeof value !== "bigint" || value < 0n || value > 0xffffffffffffffffn)
          throw new Unencodable("bigint that fits u64");
        const at = writer.reserve(8);
        writer.bytes.writeBigUInt64LE(value, at);
      };
    case "s64":
      return (writer, value) => {
        if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value)
          throw new Unencodable("bigint that fits s64");
        const at = writer.reserve(8);
        writer.bytes.writeBigInt64LE(value, at);
      };
    case "f32":
      return (writer, value) => {
        if (typeof value !== "number") throw new Unencodable("number");
        const at = writer.reserve(4);
        writer.bytes.writeFloatLE(Number.isNaN(value) ? Number.NaN : value, at);
      };
    case "f64":
      return (writer, value) => {
        if (typeof value !== "number") throw new Unencodable("number");
        const at = writer.reserve(8);
        writer.bytes.writeDoubleLE(Number.isNaN(value) ? Number.NaN : value, at);
      };
    case "char":
      return (writer, value) => {
        const code = typeof value === "string" ? value.codePointAt(0) : undefined;
        if (code === undefined || value.length !== (code > 0xffff ? 2 : 1) || (code >= 0xd800 && code <= 0xdfff)) {
          throw new Unencodable("one Unicode character");
        }
        writer.varint(code);
      };
    case "string":
      return (writer, value) => {
        if (typeof value !== "string") throw new Unencodable("string");
        writer.text(value);
      };
    case "list":
      if (type.element.kind === "u8") return type.owned ? encodeOwnBytes : encodeBytes;
      return list(compileEncoder(type.element));
    case "option":
      return option(type.some);
    case "result":
      return result(type.ok && compileEncoder(type.ok), type.err && compileEncoder(type.err));
    case "tuple":
      return tuple(type.items.map(compileEncoder));
    case "record":
      return record(
        type.fields.map(({ name }) => camel(name)),
        type.fields.map((field) => compileEncoder(field.type)),
      );
    case "variant":
      return variant(
        new Map(
          type.cases.map((item, index) => [item.name, { index, encode: item.type && compileEncoder(item.type) }]),
        ),
      );
    case "enum":
      return enumeration(new Map(type.cases.map(({ name }, index) => [name, index])), type.open === true);
    case "flags":
      return flags(type.flags.map(({ name }) => camel(name)));
    case "own":
    case "borrow": {
      const { resource } = type;
      const owned = type.kind === "own";
      return (writer, value, references) => writer.varint(references.giveResource(resource, owned, value));
    }
    case "stream":
      return (writer, value, references) => {
        if (typeof value?.[Symbol.asyncIterator] !== "function") throw new Unencodable("async iterable");
        writer.varint(references.giveStream(type, value));
      };
    case "future":
      return (writer, value, references) => {
        if (typeof value?.then !== "function") throw new Unencodable("promise");
        writer.varint(references.giveFuture(type, value));
      };
    case "map":
      return map(compileEncoder(type.key), compileEncoder(type.value));
    case "json":
      return encodeJson;
    case "recursive":
      return (writer, value, references) => {
        const most = mostInItself(type.target);
        if (writer.depth >= most) throw new Unencodable(`at most ${most} levels of itself`);
        writer.depth++;
        try {
          compileEncoder(type.target)(writer, value, references);
        } finally {
          writer.depth--;
        }
      };
  }
}

function integer(kind: keyof typeof integers): Encoder {
  const [least, most] = integers[kind];
  const refuse = () => new Unencodable(`integer that fits ${kind}`);
  const fits = (value: unknown): value is number =>
    typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
  if (kind === "u8" || kind === "s8") {
    return (writer, value) => {
      if (!fits(value)) throw refuse();
      writer.byte(value & 0xff);
    };
  }
  if (least === 0) {
    return (writer, value) => {
      if (!fits(value)) throw refuse();
      writer.varint(value);
    };
  }
  return (writer, value) => {
    if (!fits(value)) throw refuse();
    writer.varint(zigzag(value));
  };
}

/** Small numbers first, whatever their sign. */
function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

function encodeBytes(writer: Writer, value: any): void {
  writer.blob(bytesOf(value));
}

function encodeOwnBytes(writer: Writer, value: any): void {
  writer.blob(bytesOf(value), true);
}

function bytesOf(value: any): Uint8Array {
  if (!(value instanceof Uint8Array) && !(ArrayBuffer.isView(value) && tag(value) === "Uint8Array"))
    throw new Unencodable("Uint8Array");
  return value as Uint8Array;
}

function tag(value: object): unknown {
  return (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
}

function list(encode: Encoder): Encoder {
  return (writer, value, references) => {
    if (!Array.isArray(value)) throw new Unencodable("array");
    const count = value.length;
    writer.varint(count);
    for (let index = 0; index < count; index++) encode(writer, value[index], references);
  };
}

function map(encodeKey: Encoder, encodeItem: Encoder): Encoder {
  return (writer, value, references) => {
    const parts = mapParts(value);
    if (parts === undefined) throw new Unencodable("Map");
    writer.varint(parts.length / 2);
    for (let index = 0; index < parts.length; index += 2) {
      encodeKey(writer, parts[index], references);
      encodeItem(writer, parts[index + 1], references);
    }
  };
}

function encodeJson(writer: Writer, value: any): void {
  if (!isJson(value)) throw new Unencodable("JSON value");
  if (writer.size + jsonSize(value) > writer.ceiling) throw new TooLarge();
  writer.text(jsonText(value));
}

function option(some: Type): Encoder {
  const encode = compileEncoder(some);
  if (some.kind === "option") {
    return (writer, value, references) => {
      if (value?.tag === "none") writer.byte(0);
      else if (value?.tag === "some") {
        writer.byte(1);
        encode(writer, value.val, references);
      } else throw new Unencodable('{tag: "some", val} or {tag: "none"}');
    };
  }
  return (writer, value, references) => {
    if (value === undefined) writer.byte(0);
    else {
      writer.byte(1);
      encode(writer, value, references);
    }
  };
}

function result(ok: Encoder | undefined, err: Encoder | undefined): Encoder {
  return (writer, value, references) => {
    if (value?.tag !== "ok" && value?.tag !== "err") throw new Unencodable('{tag: "ok", val} or {tag: "err", val}');
    const good = value.tag === "ok";
    writer.byte(good ? 0 : 1);
    payload(writer, good ? ok : err, value.val, references);
  };
}

function tuple(items: readonly Encoder[]): Encoder {
  return (writer, value, references) => {
    if (!Array.isArray(value) || value.length !== items.length) throw new Unencodable(`array of ${items.length}`);
    for (let index = 0; index < items.length; index++) (items[index] as Encoder)(writer, value[index], references);
  };
}

function record(keys: readonly string[], fields: readonly Encoder[]): Encoder {
  return (writer, value, references) => {
    if (typeof value !== "object" || value === null) throw new Unencodable("object");
    for (let index = 0; index < keys.length; index++)
      (fields[index] as Encoder)(writer, value[keys[index] as string], references);
  };
}

function variant(
  cases: ReadonlyMap<string, { readonly index: number; readonly encode: Encoder | undefined }>,
): Encoder {
  return (writer, value, references) => {
    const found = cases.get(value?.tag);
    if (found === undefined) throw new Unencodable("{tag, val}");
    writer.varint(found.index);
    payload(writer, found.encode, value.val, references);
  };
}

function enumeration(cases: ReadonlyMap<string, number>, open: boolean): Encoder {
  return (writer, value) => {
    const index = cases.get(value);
    if (index === undefined && open && typeof value === "number" && (value | 0) === value) {
      writer.varint(cases.size);
      writer.varint(zigzag(value));
      return;
    }
    if (index === undefined) throw new Unencodable(`one of ${[...cases.keys()].slice(0, mostNamed).join(", ")}`);
    writer.varint(index);
  };
}

function flags(keys: readonly string[]): Encoder {
  const size = Math.ceil(keys.length / 8);
  const known = new Set(keys);
  return (writer, value) => {
    if (typeof value !== "object" || value === null) throw new Unencodable("object of booleans");
    for (const key in value)
      if (!known.has(key)) throw new Unencodable(`one of the flags ${keys.slice(0, mostNamed).join(", ")}`);
    const at = writer.reserve(size);
    writer.bytes.fill(0, at, at + size);
    for (let index = 0; index < keys.length; index++) {
      const flag = value[keys[index] as string];
      if (flag === true) writer.bytes[at + (index >> 3)]! |= 1 << (index & 7);
      else if (flag !== false && flag !== undefined) throw new Unencodable("boolean");
    }
  };
}

function payload(writer: Writer, encode: Encoder | undefined, value: unknown, references: References): void {
  if (encode !== undefined) encode(writer, value, references);
  else if (value !== undefined) throw new Unencodable("nothing");
}
