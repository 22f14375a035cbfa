import { malformed } from "../../errors/factories/binary.js";
import type { WasmCursor } from "./cursor.js";

/** A value type as in the text format: "i32", "externref", "(ref null 3)" … */
export type ValueType = string;

/** A defined type. Only function types are complete. */
export type DefinedType =
  | { readonly kind: "function"; readonly parameters: readonly ValueType[]; readonly results: readonly ValueType[] }
  | { readonly kind: "struct" | "array" | "continuation" };

/** The type of a function. */
export type FunctionType = Extract<DefinedType, { kind: "function" }>;

/** Sizes of a memory (in pages) or table (in elements). */
export interface Limits {
  readonly minimum: bigint;
  readonly maximum: bigint | undefined;
  readonly shared: boolean;
  /** Whether addresses have 64 bits. */
  readonly wide: boolean;
}

const numberTypes: Readonly<Record<number, ValueType>> = {
  127: "i32",
  126: "i64",
  125: "f32",
  124: "f64",
  123: "v128",
  120: "i8",
  119: "i16",
};

/** Short forms of a nullable reference to an abstract heap type. */
const referenceTypes: Readonly<Record<number, ValueType>> = {
  117: "nullcontref",
  116: "nullexnref",
  115: "nullfuncref",
  114: "nullexternref",
  113: "nullref",
  112: "funcref",
  111: "externref",
  110: "anyref",
  109: "eqref",
  108: "i31ref",
  107: "structref",
  106: "arrayref",
  105: "exnref",
  104: "contref",
};

const heapTypes: Readonly<Record<number, string>> = {
  117: "nocont",
  116: "noexn",
  115: "nofunc",
  114: "noextern",
  113: "none",
  112: "func",
  111: "extern",
  110: "any",
  109: "eq",
  108: "i31",
  107: "struct",
  106: "array",
  105: "exn",
  104: "cont",
};

/** Reads a value type. Source: WebAssembly, "Binary Format", "Types". @throws TENON_BINARY_MALFORMED */
export function readValueType(cursor: WasmCursor): ValueType {
  const start = cursor.at;
  const code = cursor.byte();
  if (code === 0x63 || code === 0x64) return `(ref ${code === 0x63 ? "null " : ""}${readHeapType(cursor)})`;
  const type = numberTypes[code] ?? referenceTypes[code];
  if (type === undefined) throw malformed(`unknown type 0x${code.toString(16)}`, start);
  return type;
}

/** @throws TENON_BINARY_MALFORMED */
export function readHeapType(cursor: WasmCursor): string {
  const start = cursor.at;
  const value = cursor.s33();
  if (value >= 0) return String(value);
  const name = heapTypes[value + 0x80];
  if (name === undefined) throw malformed("unknown reference type", start);
  return name;
}

/** Reads the type section. Each type of a recursive group counts separately. @throws TENON_BINARY_MALFORMED */
export function readTypes(cursor: WasmCursor): DefinedType[] {
  const types: DefinedType[] = [];
  const count = cursor.count();
  for (let index = 0; index < count; index++) {
    if (cursor.peek() !== 0x4e) {
      types.push(readSubType(cursor));
      continue;
    }
    cursor.byte();
    const group = cursor.count();
    for (let member = 0; member < group; member++) types.push(readSubType(cursor));
  }
  return types;
}

/** Reads one defined type. @throws TENON_BINARY_MALFORMED */
export function readSubType(cursor: WasmCursor): DefinedType {
  const form = cursor.peek();
  if (form === 0x50 || form === 0x4f) {
    cursor.byte();
    const supertypes = cursor.count();
    for (let index = 0; index < supertypes; index++) cursor.u32();
  }
  // Shared types (the threads proposal).
  if (cursor.peek() === 0x65) cursor.byte();
  const start = cursor.at;
  const kind = cursor.byte();
  switch (kind) {
    case 0x60:
      return { kind: "function", parameters: readValueTypes(cursor), results: readValueTypes(cursor) };
    case 0x5f: {
      const fields = cursor.count();
      for (let index = 0; index < fields; index++) readField(cursor);
      return { kind: "struct" };
    }
    case 0x5e:
      readField(cursor);
      return { kind: "array" };
    case 0x5d:
      cursor.s33();
      return { kind: "continuation" };
    default:
      throw malformed(`unknown kind of type 0x${kind.toString(16)}`, start);
  }
}

function readValueTypes(cursor: WasmCursor): ValueType[] {
  const count = cursor.count();
  const types: ValueType[] = [];
  for (let index = 0; index < count; index++) types.push(readValueType(cursor));
  return types;
}

function readField(cursor: WasmCursor): void {
  readValueType(cursor);
  cursor.byte();
}

/** Reads the limits of a memory or table. @throws TENON_BINARY_MALFORMED */
export function readLimits(cursor: WasmCursor): Limits {
  const start = cursor.at;
  const flags = cursor.byte();
  // Bit 3 (custom-page-sizes) is followed by the page size's logarithm.
  if (flags > 0x0f) throw malformed(`limits have unknown flags 0x${flags.toString(16)}`, start);
  const wide = (flags & 4) !== 0;
  const number = () => (wide ? cursor.u64() : BigInt(cursor.u32()));
  const minimum = number();
  const maximum = (flags & 1) !== 0 ? number() : undefined;
  if ((flags & 8) !== 0) cursor.u32();
  return { minimum, maximum, shared: (flags & 2) !== 0, wide };
}
