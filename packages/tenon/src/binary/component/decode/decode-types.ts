import { malformed, unsupportedInComponent } from "../../../errors/factories/binary.js";
import type { WasmCursor } from "../../wasm/cursor.js";
import { readAlias } from "./decode-alias.js";
import { readCoreTypes } from "./decode-core-types.js";
import type { ExternType, NamedType, PrimitiveName, TypeDeclaration, TypeDefinition, ValueType } from "./model.js";
import { readExternName, readFlag, readList, readName, readOptional, readSort } from "./reading.js";

const primitives: Readonly<Record<number, PrimitiveName>> = {
  127: "bool",
  126: "s8",
  125: "u8",
  124: "s16",
  123: "u16",
  122: "s32",
  121: "u32",
  120: "s64",
  119: "u64",
  118: "f32",
  117: "f64",
  116: "char",
  115: "string",
  100: "error-context",
};

/** How many entries a type, and how many declarations an instance or component type, may have. */
const limits = { entries: 10_000, flags: 1000, parameters: 1000, declarations: 1_000_000, depth: 100 };

/** Reads a definition of the type section. Source: Component Model, "Binary Format", "Type Definitions". */
export function readType(cursor: WasmCursor, depth = 0): TypeDefinition {
  const start = cursor.at;
  if (depth > limits.depth) throw malformed(`types are nested more than ${limits.depth} levels deep`, start);
  const code = cursor.byte();
  switch (code) {
    case 0x3f:
    case 0x3e:
      return readResource(cursor, code === 0x3e);
    case 0x40:
    case 0x43:
      return {
        kind: "function",
        async: code === 0x43,
        parameters: readList(cursor, "parameters", limits.parameters, readNamedType),
        result: readResult(cursor),
      };
    case 0x41:
      return {
        kind: "component-type",
        declarations: readDeclarations(cursor, depth, true),
      };
    case 0x42:
      return {
        kind: "instance-type",
        declarations: readDeclarations(cursor, depth, false),
      };
    default:
      return readValueDefinition(cursor, code, start);
  }
}

function readValueDefinition(cursor: WasmCursor, code: number, start: number): TypeDefinition {
  const names = (limit: number) => readList(cursor, "names", limit, readName);
  switch (code) {
    case 0x72:
      return { kind: "record", fields: readList(cursor, "fields", limits.entries, readNamedType) };
    case 0x71:
      return { kind: "variant", cases: readList(cursor, "cases", limits.entries, readCase) };
    case 0x70:
      return { kind: "list", element: readValueType(cursor), length: undefined };
    case 0x67:
      return { kind: "list", element: readValueType(cursor), length: cursor.u32() };
    case 0x6f:
      return { kind: "tuple", items: readList(cursor, "items", limits.entries, readValueType) };
    case 0x6e:
      return { kind: "flags", names: names(limits.flags) };
    case 0x6d:
      return { kind: "enum", names: names(limits.entries) };
    case 0x6b:
      return { kind: "option", some: readValueType(cursor) };
    case 0x6a:
      return { kind: "result", ok: readOptional(cursor, readValueType), err: readOptional(cursor, readValueType) };
    case 0x69:
      return { kind: "own", resource: cursor.u32() };
    case 0x68:
      return { kind: "borrow", resource: cursor.u32() };
    case 0x66:
      return { kind: "stream", element: readOptional(cursor, readValueType) };
    case 0x65:
      return { kind: "future", element: readOptional(cursor, readValueType) };
    case 0x63:
      return { kind: "map", key: readValueType(cursor), value: readValueType(cursor) };
    default: {
      const primitive = primitives[code];
      if (primitive === undefined) throw malformed(`unknown type 0x${code.toString(16)}`, start);
      return { kind: "primitive", type: primitive };
    }
  }
}

/** A primitive by its code, or the index of a defined type. */
export function readValueType(cursor: WasmCursor): ValueType {
  const start = cursor.at;
  const primitive = primitives[cursor.peek() ?? 0];
  if (primitive !== undefined) {
    cursor.at++;
    return primitive;
  }
  const index = cursor.s33();
  if (index < 0) throw malformed("unknown value type", start);
  return index;
}

/** The result of a function: a type, or nothing. */
export function readResult(cursor: WasmCursor): ValueType | undefined {
  if (!readFlag(cursor)) return readValueType(cursor);
  const start = cursor.at;
  if (cursor.byte() !== 0)
    throw malformed("a function has named results, which the component model no longer has", start);
  return undefined;
}

/** The declared type of an import or export. */
export function readExternType(cursor: WasmCursor): ExternType {
  const start = cursor.at;
  const sort = readSort(cursor);
  switch (sort) {
    case "core-module":
    case "function":
    case "component":
    case "instance":
      return { kind: sort, type: cursor.u32() };
    case "value":
      if (!readFlag(cursor)) throw unsupportedInComponent("a value defined as equal to another one", start);
      return { kind: "value", type: readValueType(cursor) };
    case "type":
      return { kind: "type", equals: readFlag(cursor) ? undefined : cursor.u32() };
    default:
      throw malformed(`a ${sort} is neither imported nor exported by components`, start);
  }
}

function readNamedType(cursor: WasmCursor): NamedType {
  return { name: readName(cursor), type: readValueType(cursor) };
}

function readCase(cursor: WasmCursor): { name: string; type: ValueType | undefined } {
  const name = readName(cursor);
  const type = readOptional(cursor, readValueType);
  const start = cursor.at;
  if (cursor.byte() !== 0)
    throw malformed("a case refines another one, which the component model no longer has", start);
  return { name, type };
}

function readResource(cursor: WasmCursor, async: boolean): TypeDefinition {
  const start = cursor.at;
  const representation = cursor.byte();
  if (representation === 0x7e) throw unsupportedInComponent("a resource with a 64-bit representation", start);
  if (representation !== 0x7f) throw malformed("the representation of a resource must be i32", start);
  if (!async)
    return { kind: "resource", destructor: readOptional(cursor, (each) => each.u32()), async, callback: undefined };
  return { kind: "resource", destructor: cursor.u32(), async, callback: readOptional(cursor, (each) => each.u32()) };
}

function readDeclarations(cursor: WasmCursor, depth: number, isComponent: boolean): TypeDeclaration[] {
  return readList(cursor, "declarations", limits.declarations, (each) =>
    readDeclaration(each, depth, isComponent),
  ).flat();
}

function readDeclaration(cursor: WasmCursor, depth: number, isComponent: boolean): TypeDeclaration[] {
  const offset = cursor.at;
  const code = cursor.byte();
  switch (code) {
    case 0:
      return readCoreTypes(cursor).map((type) => ({ kind: "core-type", type, offset }));
    case 1:
      return [{ kind: "type", type: readType(cursor, depth + 1), offset }];
    case 2:
      return [{ ...readAlias(cursor), offset }];
    case 3:
      if (!isComponent) break;
      return [{ kind: "import", name: readExternName(cursor), type: readExternType(cursor), offset }];
    case 4:
      return [{ kind: "export", name: readExternName(cursor), type: readExternType(cursor), offset }];
  }
  throw malformed(`unknown declaration ${code}`, offset);
}
