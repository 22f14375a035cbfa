import { errors, type TenonError } from "../../errors/index.js";
import { malformed } from "../malformed.js";
import type { WasmCursor } from "../wasm/cursor.js";
import type { CoreSort, Sort } from "./model.js";

/** Reads a list: its length, then so many entries. A length beyond `limit` is refused before anything is read. */
export function readList<T>(cursor: WasmCursor, what: string, limit: number, read: (cursor: WasmCursor) => T): T[] {
  const start = cursor.at;
  const count = cursor.count();
  if (count > limit) throw malformed(`${count} ${what} are more than the ${limit} that are allowed`, start);
  const found: T[] = new Array(count);
  for (let index = 0; index < count; index++) found[index] = read(cursor);
  return found;
}

/** Something that is there after a 1 and absent after a 0. */
export function readOptional<T>(cursor: WasmCursor, read: (cursor: WasmCursor) => T): T | undefined {
  return readFlag(cursor) ? read(cursor) : undefined;
}

/** A byte that is 0 or 1. */
export function readFlag(cursor: WasmCursor): boolean {
  const start = cursor.at;
  const byte = cursor.byte();
  if (byte > 1) throw malformed(`a byte that must be 0 or 1 is ${byte}`, start);
  return byte === 1;
}

const longestName = 100_000;

/** A name without a prefix: of a field, an argument, a core export. */
export function readName(cursor: WasmCursor): string {
  const start = cursor.at;
  const name = cursor.name();
  if (cursor.at - start > longestName) throw malformed(`a name is longer than ${longestName} bytes`, start);
  return name;
}

/**
 * The name of an import or export. A byte before it says which form it has: 0 and 1 (from before 2024) are the name alone,
 * 2 has options behind it.
 *
 * @throws TENON_COMPONENT_UNSUPPORTED for options that give the name another meaning
 */
export function readExternName(cursor: WasmCursor): string {
  const start = cursor.at;
  const form = cursor.byte();
  if (form > 2) throw malformed(`there is no form ${form} of names`, start);
  let name = readName(cursor);
  if (form !== 2) return name;
  const given = new Set<number>();
  const options = cursor.u32();
  for (let index = 0; index < options; index++) {
    const at = cursor.at;
    const option = cursor.byte();
    if (option > 2 || given.has(option)) throw malformed("an option of a name is unknown or given twice", at);
    given.add(option);
    const value = readName(cursor);
    if (option === 0) throw unsupported(`the name "${name}" that stands for the interface ${value}`, at);
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
  if (sort === undefined) throw malformed("there is no such sort of core items", start);
  return sort;
}

/** A sort of the component level, or after a 0 one of the core level. */
export function readSort(cursor: WasmCursor): Sort {
  if (cursor.peek() === 0) {
    cursor.at++;
    return readCoreSort(cursor);
  }
  const start = cursor.at;
  const sort = sorts[cursor.byte()];
  if (sort === undefined) throw malformed("there is no such sort of items", start);
  return sort;
}

/** Something that the binary format has and Tenon does not run. */
export function unsupported(what: string, offset: number): TenonError {
  return errors.TENON_COMPONENT_UNSUPPORTED({
    message: `the component uses ${what} (at byte 0x${offset.toString(16)})`,
  });
}
