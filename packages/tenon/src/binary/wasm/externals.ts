import { malformed } from "../../errors/factories/binary.js";
import type { WasmCursor } from "./cursor.js";
import { type Limits, readLimits, readValueType, type ValueType } from "./types.js";

/** The type of an import or export. The type of a function or tag is an index into the module's types. */
export type ExternalType =
  | { readonly kind: "function"; readonly type: number }
  | { readonly kind: "table"; readonly element: ValueType; readonly limits: Limits }
  | { readonly kind: "memory"; readonly limits: Limits }
  | { readonly kind: "global"; readonly value: ValueType; readonly mutable: boolean }
  | { readonly kind: "tag"; readonly type: number };

/** One import: the name of the module and the name in it. */
export interface WasmImport {
  readonly module: string;
  readonly name: string;
  readonly external: ExternalType;
}

/** One export and its index among items of its kind (imports come first). */
export interface WasmExport {
  readonly name: string;
  readonly kind: ExternalType["kind"];
  readonly index: number;
}

const kinds = ["function", "table", "memory", "global", "tag"] as const;

/** Source: WebAssembly, "Import Section". @throws TENON_BINARY_MALFORMED */
export function readImports(cursor: WasmCursor): WasmImport[] {
  const count = cursor.count();
  const found: WasmImport[] = [];
  for (let index = 0; index < count; index++)
    found.push({ module: cursor.name(), name: cursor.name(), external: readExternalType(cursor) });
  return found;
}

/** Source: WebAssembly, "Export Section". @throws TENON_BINARY_MALFORMED, also for duplicate names */
export function readExports(cursor: WasmCursor): WasmExport[] {
  const count = cursor.count();
  const names = new Set<string>();
  const found: WasmExport[] = [];
  for (let index = 0; index < count; index++) {
    const start = cursor.at;
    const name = cursor.name();
    if (names.has(name)) throw malformed(`two exports are named "${name}"`, start);
    names.add(name);
    found.push({ name, kind: readKind(cursor), index: cursor.u32() });
  }
  return found;
}

/** @throws TENON_BINARY_MALFORMED */
export function readTable(cursor: WasmCursor): Extract<ExternalType, { kind: "table" }> {
  return { kind: "table", element: readValueType(cursor), limits: readLimits(cursor) };
}

/** @throws TENON_BINARY_MALFORMED */
export function readGlobalType(cursor: WasmCursor): Extract<ExternalType, { kind: "global" }> {
  const value = readValueType(cursor);
  const start = cursor.at;
  const flags = cursor.byte();
  if (flags > 3) throw malformed("a global has unknown flags", start);
  return { kind: "global", value, mutable: (flags & 1) === 1 };
}

/** @throws TENON_BINARY_MALFORMED */
export function readExternalType(cursor: WasmCursor): ExternalType {
  const kind = readKind(cursor);
  switch (kind) {
    case "function":
      return { kind, type: cursor.u32() };
    case "table":
      return readTable(cursor);
    case "memory":
      return { kind, limits: readLimits(cursor) };
    case "global":
      return readGlobalType(cursor);
    case "tag":
      cursor.byte();
      return { kind, type: cursor.u32() };
  }
}

function readKind(cursor: WasmCursor): ExternalType["kind"] {
  const start = cursor.at;
  const code = cursor.byte();
  const kind = kinds[code];
  if (kind === undefined) throw malformed(`unknown kind of import or export: ${code}`, start);
  return kind;
}
