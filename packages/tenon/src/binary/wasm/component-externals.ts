import { malformed } from "../../errors/factories/binary.js";
import type { WasmCursor } from "./cursor.js";

/** The kind of an import or export of a component. */
export type ComponentKind = "core module" | "function" | "value" | "type" | "component" | "instance";

/** One import of a component. */
export interface ComponentImport {
  /** As in the file: a plain name, or an interface such as `wasi:io/streams@0.2.3`. */
  readonly name: string;
  readonly kind: ComponentKind;
}

/** One export of a component. */
export interface ComponentExport extends ComponentImport {
  /** Its index among items of its kind. */
  readonly index: number;
}

const kinds: readonly (ComponentKind | undefined)[] = [undefined, "function", "value", "type", "component", "instance"];
const coreModule = 0x11;

/** Reads an import section. Source: Component Model, "Binary Format Explainer". @throws TENON_BINARY_MALFORMED */
export function readComponentImports(cursor: WasmCursor): ComponentImport[] {
  const count = cursor.count();
  const found: ComponentImport[] = [];
  for (let index = 0; index < count; index++) found.push({ name: readName(cursor), kind: readDescription(cursor) });
  return found;
}

/** Reads an export section. @throws TENON_BINARY_MALFORMED */
export function readComponentExports(cursor: WasmCursor): ComponentExport[] {
  const count = cursor.count();
  const found: ComponentExport[] = [];
  for (let entry = 0; entry < count; entry++) {
    const name = readName(cursor);
    const kind = readSort(cursor);
    const index = cursor.u32();
    const start = cursor.at;
    const described = cursor.byte();
    if (described > 1) throw malformed(`the export "${name}" has an invalid type description`, start);
    if (described === 1) readDescription(cursor);
    found.push({ name, kind, index });
  }
  return found;
}

function readName(cursor: WasmCursor): string {
  const start = cursor.at;
  const form = cursor.byte();
  if (form > 2) throw malformed(`unknown form of a name: ${form}`, start);
  const name = cursor.name();
  // Form 2 has the rest of the version after the name.
  return form === 2 ? name + cursor.name() : name;
}

function readSort(cursor: WasmCursor): ComponentKind {
  const start = cursor.at;
  const code = cursor.byte();
  const kind = kinds[code];
  if (kind !== undefined) return kind;
  if (code !== 0 || cursor.byte() !== coreModule) throw malformed("a component exports an unknown kind of item", start);
  return "core module";
}

function readDescription(cursor: WasmCursor): ComponentKind {
  const start = cursor.at;
  const kind = readSort(cursor);
  if (kind === "value") {
    // Equal to a value of this index, or of this type.
    if (cursor.byte() === 0) cursor.u32();
    else cursor.s33();
    return kind;
  }
  if (kind !== "type") {
    cursor.u32();
    return kind;
  }
  const bound = cursor.byte();
  if (bound > 1) throw malformed(`unknown type bound: ${bound}`, start);
  if (bound === 0) cursor.u32();
  return kind;
}
