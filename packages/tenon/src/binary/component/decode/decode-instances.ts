import { malformed } from "../../../errors/factories/binary.js";
import type { WasmCursor } from "../../wasm/cursor.js";
import { readExternType } from "./decode-types.js";
import type { Definition, ExternType, NamedItem } from "./model.js";
import { readCoreSort, readExternName, readFlag, readList, readName, readOptional, readSort } from "./reading.js";

type WithoutOffset<T> = T extends unknown ? Omit<T, "offset"> : never;
/** A definition without its offset. */
export type Content = WithoutOffset<Definition>;

const limit = 100_000;

/** Reads an entry of the core instance section: a module with its arguments, or named items. */
export function readCoreInstance(cursor: WasmCursor): Content {
  if (readFlag(cursor)) return { kind: "core-bundle", exports: readList(cursor, "exports", limit, readCoreExport) };
  return {
    kind: "core-instantiate",
    module: cursor.u32(),
    arguments: readList(cursor, "arguments", limit, readCoreArgument),
  };
}

/** Reads an entry of the instance section. */
export function readInstance(cursor: WasmCursor): Content {
  if (readFlag(cursor)) return { kind: "bundle", exports: readList(cursor, "exports", limit, readBundled) };
  return {
    kind: "instantiate",
    component: cursor.u32(),
    arguments: readList(cursor, "arguments", limit, readArgument),
  };
}

/** Reads the start section. */
export function readStart(cursor: WasmCursor): Content {
  return {
    kind: "start",
    function: cursor.u32(),
    arguments: readList(cursor, "arguments", 1000, (each) => each.u32()),
    results: cursor.u32(),
  };
}

export function readImport(cursor: WasmCursor): Content {
  return { kind: "import", name: readExternName(cursor), type: readExternType(cursor) };
}

export function readExport(cursor: WasmCursor): Content {
  const name = readExternName(cursor);
  const start = cursor.at;
  const sort = readSort(cursor);
  if (sort.startsWith("core-") && sort !== "core-module") throw malformed(`a component cannot export a ${sort}`, start);
  const index = cursor.u32();
  const type: ExternType | undefined = readOptional(cursor, readExternType);
  return { kind: "export", name, sort, index, type };
}

function readCoreArgument(cursor: WasmCursor): NamedItem {
  const name = readName(cursor);
  const start = cursor.at;
  const sort = readCoreSort(cursor);
  if (sort !== "core-instance")
    throw malformed(`an argument of a core module is a ${sort}: expected a core-instance`, start);
  return { name, sort, index: cursor.u32() };
}

function readCoreExport(cursor: WasmCursor): NamedItem {
  return { name: readName(cursor), sort: readCoreSort(cursor), index: cursor.u32() };
}

function readArgument(cursor: WasmCursor): NamedItem {
  return { name: readName(cursor), sort: readSort(cursor), index: cursor.u32() };
}

function readBundled(cursor: WasmCursor): NamedItem {
  return { name: readExternName(cursor), sort: readSort(cursor), index: cursor.u32() };
}
