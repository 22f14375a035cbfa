import { malformed, unsupportedInComponent } from "../../../errors/factories/binary.js";
import { componentSectionIds as ids } from "../../wasm/component.js";
import { WasmCursor } from "../../wasm/cursor.js";
import { readAlias } from "./decode-alias.js";
import { readCanonical } from "./decode-canonical.js";
import { readCoreTypes } from "./decode-core-types.js";
import { type Content, readCoreInstance, readExport, readImport, readInstance, readStart } from "./decode-instances.js";
import { readType } from "./decode-types.js";
import type { Component, Definition } from "./model.js";
import { readList } from "./reading.js";

/** How deep components may be nested. */
const deepest = 100;
const mostEntries = 1_000_000;
const preambleSize = 8;

/**
 * Reads a component's binary form. Offsets count from the beginning of `bytes`; core modules are views of them.
 *
 * Source: Component Model, design/mvp/Binary.md.
 *
 * @throws TENON_BINARY_MALFORMED for bytes that break the format, with the offset
 * @throws TENON_COMPONENT_UNSUPPORTED for features that Tenon does not run: values, maps, garbage collection
 */
export function decodeComponent(bytes: Uint8Array): Component {
  return readComponentAt(new WasmCursor(bytes), 0);
}

function readComponentAt(cursor: WasmCursor, depth: number): Component {
  const offset = cursor.at;
  if (depth > deepest) throw malformed(`components are nested more than ${deepest} levels deep`, offset);
  expectPreamble(cursor);
  const definitions: Definition[] = [];
  while (!cursor.isAtEnd) {
    const start = cursor.at;
    const id = cursor.byte();
    const part = cursor.part(cursor.u32());
    readSection(id, part, start, depth, definitions);
    if (!part.isAtEnd) throw malformed(`section ${id} has extra bytes after its content`, part.at);
  }
  return { definitions, offset };
}

function expectPreamble(cursor: WasmCursor): void {
  const offset = cursor.at;
  if (cursor.end - offset < preambleSize) throw malformed("a component's preamble is incomplete", offset);
  const { reader } = cursor;
  const isComponent =
    reader.u32(offset) === 0x6d736100 && reader.u16(offset + 4) === 13 && reader.u16(offset + 6) === 1;
  if (!isComponent) throw malformed("expected the preamble of a component in version 13", offset);
  cursor.at += preambleSize;
}

/** The sections that are lists with one definition per entry. */
const lists: Readonly<Record<number, { readonly what: string; readonly read: (cursor: WasmCursor) => Content }>> = {
  [ids.coreInstance]: { what: "core instances", read: readCoreInstance },
  [ids.instance]: { what: "instances", read: readInstance },
  [ids.alias]: { what: "aliases", read: readAlias },
  [ids.type]: { what: "types", read: (cursor) => ({ kind: "type", type: readType(cursor) }) },
  [ids.canonical]: { what: "canonical definitions", read: readCanonical },
  [ids.import]: { what: "imports", read: readImport },
  [ids.export]: { what: "exports", read: readExport },
};

function readSection(id: number, cursor: WasmCursor, start: number, depth: number, into: Definition[]): void {
  const offset = cursor.at;
  const list = lists[id];
  if (list !== undefined) {
    readList(cursor, list.what, mostEntries, (entry) => {
      const offset = entry.at;
      into.push({ ...list.read(entry), offset } as Definition);
    });
  } else if (id === ids.custom) {
    cursor.name();
    cursor.at = cursor.end;
  } else if (id === ids.coreModule) {
    into.push({ kind: "core-module", bytes: cursor.reader.bytes.subarray(offset, cursor.end), offset });
    cursor.at = cursor.end;
  } else if (id === ids.coreType) {
    readList(cursor, "core types", mostEntries, (entry) => {
      const offset = entry.at;
      for (const type of readCoreTypes(entry)) into.push({ kind: "core-type", type, offset });
    });
  } else if (id === ids.component) {
    into.push({ kind: "component", component: readComponentAt(cursor, depth + 1), offset });
  } else if (id === ids.start) into.push({ ...readStart(cursor), offset } as Definition);
  else if (id === ids.value) throw unsupportedInComponent("values, a proposal that is not final", start);
  else throw malformed(`unknown section in a component: ${id}`, start);
}
