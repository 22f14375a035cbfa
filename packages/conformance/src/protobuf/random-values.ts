import protobufjs from "protobufjs";
import type { Type } from "../../../tenon/src/contract/index.js";
import { camel } from "../../../tenon/src/contract/index.js";

/** A generator of numbers from a seed: xorshift128+ would be better, and this is enough to vary messages. */
export class Random {
  #state: number;
  #messages = 0;

  constructor(seed: number) {
    this.#state = (seed * 2654435761) >>> 0 || 1;
  }

  /** An integer from 0 to `below` − 1. */
  below(below: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % below;
  }

  /** Counts a message. Returns whether there are enough: messages that contain themselves twice would never end. */
  isFull(): boolean {
    return ++this.#messages > 12;
  }

  chance(of: number): boolean {
    return this.below(100) < of;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}

const smalls = [0, 1, 2, 127, 128, 300, 16_384, 0x7fff_ffff];
const texts = ["", "a", "text", "längerer Text ohne Ende …", "𝒳 beyond", "\u0000", "x".repeat(200)];
const doubles = [0, -0, 1.5, -1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

function signed32(random: Random): number {
  return random.chance(50) ? random.pick(smalls) : random.below(0xffff_ffff) | 0;
}

function unsigned32(random: Random): number {
  return random.chance(50) ? random.pick(smalls) : random.below(0xffff_ffff) >>> 0;
}

function signed64(random: Random): bigint {
  return random.chance(50)
    ? BigInt(signed32(random))
    : random.pick([2n ** 63n - 1n, -(2n ** 63n), (BigInt(signed32(random)) << 32n) | BigInt(unsigned32(random))]);
}

function unsigned64(random: Random): bigint {
  return BigInt.asUintN(64, signed64(random));
}

function bytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.pick([0, 1, 5, 130]) }, () => random.below(256));
}

function json(random: Random, depth: number): any {
  switch (random.below(depth > 3 ? 4 : 6)) {
    case 0:
      return null;
    case 1:
      return random.chance(50);
    case 2:
      return random.pick([0, -0, 1.5, -2, 1e300]);
    case 3:
      return random.pick(texts);
    case 4:
      return Array.from({ length: random.below(4) }, () => json(random, depth + 1));
    default:
      return jsonObject(random, depth + 1);
  }
}

function jsonObject(random: Random, depth: number): any {
  return Object.fromEntries(Array.from({ length: random.below(4) }, (_, index) => [`k${index}`, json(random, depth)]));
}

/** Fields that no message declares: one of each way to write it. */
function unknownFields(random: Random, groups: boolean): Uint8Array {
  const numbers = [100_001, 100_002, 100_003];
  const writer = protobufjs.Writer.create();
  for (let count = random.below(3); count >= 0; count--) {
    const number = random.pick(numbers);
    switch (random.below(groups ? 4 : 3)) {
      case 0:
        writer.uint32(number * 8).uint32(random.below(1000));
        break;
      case 1:
        writer.uint32(number * 8 + 2).bytes(bytes(random));
        break;
      case 2:
        writer.uint32(number * 8 + 5).fixed32(7);
        break;
      default:
        writer.uint32(number * 8 + 3).uint32(number * 8 + 4);
    }
  }
  return Uint8Array.from(writer.finish());
}

/** Returns a value of a type that was made from a message. @param struct it must be a JSON object. */
export function randomValue(type: Type, random: Random, depth = 0): any {
  switch (type.kind) {
    case "bool":
      return random.chance(50);
    case "s32":
      return signed32(random);
    case "u32":
      return unsigned32(random);
    case "s64":
      return signed64(random);
    case "u64":
      return unsigned64(random);
    case "f32":
      return Math.fround(random.pick(doubles));
    case "f64":
      return random.pick(doubles);
    case "string":
      return random.pick(texts);
    case "json":
      return jsonObject(random, 0);
    case "option":
      return depth > 6 || random.chance(40) ? undefined : randomValue(type.some, random, depth);
    case "list":
      if (type.element.kind === "u8") return bytes(random);
      return Array.from({ length: depth > 5 ? 0 : random.below(4) }, () => randomValue(type.element, random, depth));
    case "map": {
      const entries = Array.from({ length: depth > 5 ? 0 : random.below(4) }, () => [
        randomValue(type.key, random, depth),
        randomValue(type.value, random, depth),
      ]);
      return new Map(entries as [unknown, unknown][]);
    }
    case "enum":
      if (type.open && random.chance(20)) return 1_000_000 + random.below(1000);
      return random.pick(type.cases).name;
    case "variant": {
      const item = random.pick(type.cases);
      return item.type === undefined
        ? { tag: item.name }
        : { tag: item.name, val: randomValue(item.type, random, depth + 1) };
    }
    case "recursive":
      return randomValue(type.target, random, depth);
    case "record": {
      const inside = random.isFull() ? 100 : depth + 1;
      return Object.fromEntries(
        type.fields.map(({ name, type: field }) => [
          camel(name),
          name === "unknown-fields"
            ? random.chance(10)
              ? // The library fails to skip a group in a message without fields.
                unknownFields(random, type.fields.length > 1)
              : undefined
            : randomValue(field, random, inside),
        ]),
      );
    }
    default:
      throw new Error(`no message becomes ${type.kind}`);
  }
}

/** Returns a message as the library takes it: what its fields hold, without those that would hold what they hold anyway. */
export function randomMessage(type: protobufjs.Type, random: Random, depth = 0): Record<string, unknown> {
  if (type.fullName === ".google.protobuf.Value") return randomJsonValue(type, random, depth);
  const message: Record<string, unknown> = {};
  const isFull = random.isFull();
  const taken = new Set<protobufjs.OneOf>();
  for (const field of type.fieldsArray) {
    field.resolve();
    const oneof = field.partOf;
    if (oneof) {
      if (taken.has(oneof) || isFull || random.chance(50)) continue;
      taken.add(oneof);
    }
    const isDeep = field.resolvedType instanceof protobufjs.Type && (isFull || depth > 5);
    const value = () => randomField(field, random, depth + 1);
    if (field.map) {
      const keys = [0, 1, 2].slice(0, isDeep ? 0 : random.below(4));
      message[field.name] = Object.fromEntries(
        keys.map((key) => [keyOf(field as unknown as protobufjs.MapField, key), value()]),
      );
    } else if (field.repeated) message[field.name] = Array.from({ length: isDeep ? 0 : random.below(4) }, value);
    else if (field.required) message[field.name] = value();
    else if (!isDeep && (oneof || random.chance(60))) {
      const given = value();
      if (field.hasPresence || !isDefault(given)) message[field.name] = given;
    }
  }
  return message;
}

function isDefault(value: unknown): boolean {
  return (
    Object.is(value, 0) ||
    value === "" ||
    value === false ||
    value === "0" ||
    (value instanceof Uint8Array && value.length === 0)
  );
}

function keyOf({ keyType }: protobufjs.MapField, key: number): string {
  return keyType === "bool" ? String(key === 1) : keyType === "string" ? ["", "key", "ü"][key]! : String(key * 5);
}

function randomJsonValue(type: protobufjs.Type, random: Random, depth: number): Record<string, unknown> {
  const number = 1 + random.below(depth > 6 ? 4 : 6);
  const values = () => Array.from({ length: random.below(3) }, () => randomJsonValue(type, random, depth + 2));
  const held = [
    () => 0,
    () => random.pick([0, -0, 1.5, -1e300]),
    () => random.pick(texts),
    () => random.chance(50),
    () => ({ fields: Object.fromEntries(values().map((value, index) => [`k${index}`, value])) }),
    () => ({ values: values() }),
  ][number - 1]!();
  return { [type.fieldsById[number]!.name]: held };
}

function randomField(field: protobufjs.Field, random: Random, depth: number): unknown {
  const { resolvedType } = field;
  if (resolvedType instanceof protobufjs.Type) return randomMessage(resolvedType, random, depth);
  if (resolvedType instanceof protobufjs.Enum) {
    const isClosed = (resolvedType as { _features?: { enum_type?: string } })._features?.enum_type === "CLOSED";
    // The library does not know closed enums.
    if (!isClosed && random.chance(20)) return 1_000_000 + random.below(1000);
    return random.pick(Object.values(resolvedType.values));
  }
  switch (field.type) {
    case "double":
      return random.pick(doubles);
    case "float":
      return Math.fround(random.pick(doubles));
    case "bool":
      return random.chance(50);
    case "string":
      return random.pick(texts);
    case "bytes":
      return bytes(random);
    case "uint32":
    case "fixed32":
      return unsigned32(random);
    case "uint64":
    case "fixed64":
      return String(unsigned64(random));
    case "int64":
    case "sint64":
    case "sfixed64":
      return String(signed64(random));
    default:
      return signed32(random);
  }
}
