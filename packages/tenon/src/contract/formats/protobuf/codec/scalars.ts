import type { EnumSchema, ScalarName } from "../schema/schema.js";
import { type MessageReader, wire } from "./reader.js";
import type { MessageWriter } from "./writer.js";

/** Writes and reads one value that is no message, without its tag. */
export interface ElementCodec {
  readonly wire: number;
  /** The value of a field that is absent and has no presence. */
  readonly initial: unknown;
  readonly write: (writer: MessageWriter, value: any) => void;
  /** Returns `undefined` for a number that is none of a closed enum. */
  readonly read: (reader: MessageReader) => unknown;
  /** Whether a field without presence is left out with this value. */
  readonly isInitial: (value: any) => boolean;
}

const isZero = (value: unknown): boolean => value === 0;
const isZeroBig = (value: unknown): boolean => value === 0n;
/** −0 is another value than 0. */
const isPositiveZero = (value: unknown): boolean => Object.is(value, 0);

const lowOf = (value: bigint): number => Number(BigInt.asUintN(32, value));
const highOf = (value: bigint): number => Number(BigInt.asUintN(32, value >> 32n));

function signed(low: number, high: number): bigint {
  if (high < 0x20_0000) return BigInt(high * 0x1_0000_0000 + low);
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
}

function unsigned(low: number, high: number): bigint {
  if (high < 0x20_0000) return BigInt(high * 0x1_0000_0000 + low);
  return (BigInt(high) << 32n) | BigInt(low);
}

function writeLong(writer: MessageWriter, value: bigint): void {
  writer.long(lowOf(value), highOf(value));
}

function writeFixed64(writer: MessageWriter, value: bigint): void {
  writer.fixed64(lowOf(value), highOf(value));
}

function writeInt32(writer: MessageWriter, value: number): void {
  // A negative number is sign-extended to 64 bits, so that a reader of int64 understands it.
  if (value < 0) writer.long(value >>> 0, 0xffff_ffff);
  else writer.uint32(value);
}

const number32 = { initial: 0, isInitial: isZero };
const number64 = { initial: 0n, isInitial: isZeroBig };

export const scalarCodecs: Readonly<Record<ScalarName, ElementCodec>> = {
  double: {
    wire: wire.fixed64,
    initial: 0,
    isInitial: isPositiveZero,
    write: (writer, value) => writer.double(value),
    read: (reader) => reader.double(),
  },
  float: {
    wire: wire.fixed32,
    initial: 0,
    isInitial: isPositiveZero,
    write: (writer, value) => writer.float(value),
    read: (reader) => reader.float(),
  },
  int32: { ...number32, wire: wire.varint, write: writeInt32, read: (reader) => reader.uint32() | 0 },
  uint32: {
    ...number32,
    wire: wire.varint,
    write: (writer, value) => writer.uint32(value >>> 0),
    read: (reader) => reader.uint32() >>> 0,
  },
  sint32: {
    ...number32,
    wire: wire.varint,
    write: (writer, value) => writer.uint32(((value << 1) ^ (value >> 31)) >>> 0),
    read: (reader) => {
      const value = reader.uint32();
      return (value >>> 1) ^ -(value & 1);
    },
  },
  fixed32: {
    ...number32,
    wire: wire.fixed32,
    write: (writer, value) => writer.fixed32(value),
    read: (reader) => reader.fixed32(),
  },
  sfixed32: {
    ...number32,
    wire: wire.fixed32,
    write: (writer, value) => writer.fixed32(value >>> 0),
    read: (reader) => reader.fixed32() | 0,
  },
  int64: {
    ...number64,
    wire: wire.varint,
    write: writeLong,
    read: (reader) => {
      reader.long();
      return signed(reader.low, reader.high);
    },
  },
  uint64: {
    ...number64,
    wire: wire.varint,
    write: writeLong,
    read: (reader) => {
      reader.long();
      return unsigned(reader.low, reader.high);
    },
  },
  sint64: {
    ...number64,
    wire: wire.varint,
    write: (writer, value: bigint) => writeLong(writer, (value << 1n) ^ (value >> 63n)),
    read: (reader) => {
      reader.long();
      const value = unsigned(reader.low, reader.high);
      return (value & 1n) === 0n ? value >> 1n : ~(value >> 1n);
    },
  },
  fixed64: {
    ...number64,
    wire: wire.fixed64,
    write: writeFixed64,
    read: (reader) => {
      reader.fixed64();
      return unsigned(reader.low, reader.high);
    },
  },
  sfixed64: {
    ...number64,
    wire: wire.fixed64,
    write: writeFixed64,
    read: (reader) => {
      reader.fixed64();
      return signed(reader.low, reader.high);
    },
  },
  bool: {
    wire: wire.varint,
    initial: false,
    isInitial: (value) => value === false,
    write: (writer, value) => writer.uint32(value ? 1 : 0),
    read: (reader) => reader.uint32() !== 0 || reader.high !== 0,
  },
  string: {
    wire: wire.bytes,
    initial: "",
    isInitial: (value) => value === "",
    write: (writer, value) => writer.text(value),
    read: (reader) => reader.text(),
  },
  bytes: {
    wire: wire.bytes,
    initial: new Uint8Array(0),
    isInitial: (value) => value.byteLength === 0,
    write: (writer, value) => writer.blob(value),
    read: (reader) => reader.blob(),
  },
};

/** An enum: its labels, and where it is open the numbers that have none. */
export function enumCodec({ values, open }: EnumSchema): ElementCodec {
  const numbers = new Map<unknown, number>(values.map(({ label, number }) => [label, number]));
  const labels = new Map(values.map(({ label, number }) => [number, label]));
  const numberOf = (value: unknown): number => numbers.get(value) ?? Number(value) | 0;
  return {
    wire: wire.varint,
    initial: values[0]!.label,
    isInitial: (value) => numberOf(value) === 0,
    write: (writer, value) => writeInt32(writer, numberOf(value)),
    read: (reader) => {
      const number = reader.uint32() | 0;
      return labels.get(number) ?? (open ? number : undefined);
    },
  };
}
