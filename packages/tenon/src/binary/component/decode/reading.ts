import { malformed, unsupportedInComponent } from "../../../errors/factories/binary.js";
import type { WasmCursor } from "../../wasm/cursor.js";
import type { CoreSort, Sort } from "./model.js";

/** Reads a list: its length, then its entries. Throws for a length above `limit` before it reads any entry. */
export function readList<T>(cursor: WasmCursor, what: string, limit: number, read: (cursor: WasmCursor) => T): T[] {
  const start = cursor.at;
  const count = cursor.count();
  if (count > limit) throw malformed(`too many ${what}: found ${count}, the limit is ${limit}`, start);
  const found: T[] = new Array(count);
  for (let index = 0; index < count; index++) found[index] = read(cursor);
  return found;
}

/** Reads an optional value: present after a 1, absent after a 0. */
export function readOptional<T>(cursor: WasmCursor, read: (cursor: WasmCursor) => T): T | undefined {
  return readFlag(cursor) ? read(cursor) : undefined;
}

/** Reads a byte that must be 0 or 1. */
export function readFlag(cursor: WasmCursor): boolean {
  const start = cursor.at;
  const byte = cursor.byte();
  if (byte > 1) throw malformed(`expected the byte 0 or 1, found ${byte}`, start);
  return byte === 1;
}

const longestName = 100_000;

/** Reads a name without a prefix: of a field, an argument or a core export. */
export function readName(cursor: WasmCursor): string {
  const start = cursor.at;
  const name = cursor.name();
  if (cursor.at - start > longestName) throw malformed(`a name is longer than ${longestName} bytes`, start);
  return name;
}

/**
 * Reads the name of an import or export. The byte before it is its form: 0 and 1 (from before 2024) are the name alone, 2
 * adds options after it.
 *
 * @throws TENON_COMPONENT_UNSUPPORTED for options that change the meaning of the name
 */
export function readExternName(cursor: WasmCursor): string {
  const start = cursor.at;
  const form = cursor.byte();
  if (form > 2) throw malformed(`unknown form of a name: ${form}`, start);
  let name = readName(cursor);
  if (form !== 2) return name;
  const given = new Set<number>();
  const options = cursor.u32();
  for (let index = 0; index < options; index++) {
    const at = cursor.at;
    const option = cursor.byte();
    if (option > 2 || given.has(option)) throw malformed("an option of a name is unknown or duplicated", at);
    given.add(option);
    const value = readName(cursor);
    if (option === 0)
      throw unsupportedInComponent(`the name "${name}" as an implementation of the interface ${value}`, at);
    if (option === 1 && name.includes("@")) name += value;
  }
  return name;
}

const coreSorts: Readonly<Record<number, CoreSort>> = {
  0: "core-function",
  1: "core-table",
  2: "core-memory",
  3: "core-global",
  4: "core-tag",
  16: "core-type",
  17: "core-module",
  18: "core-instance",
};

const sorts: readonly (Sort | undefined)[] = [undefined, "function", "value", "type", "component", "instance"];

export function readCoreSort(cursor: WasmCursor): CoreSort {
  const start = cursor.at;
  const sort = coreSorts[cursor.byte()];
  if (sort === undefined) throw malformed("unknown sort of a core item", start);
  return sort;
}

/** Reads a sort of the component level or, after a 0, of the core level. */
export function readSort(cursor: WasmCursor): Sort {
  if (cursor.peek() === 0) {
    cursor.at++;
    return readCoreSort(cursor);
  }
  const start = cursor.at;
  const sort = sorts[cursor.byte()];
  if (sort === undefined) throw malformed("unknown sort of an item", start);
  return sort;
}
