import { malformed } from "../../errors/factories/binary.js";
import { WasmCursor } from "./cursor.js";

/** A section. Offset and size are those of its content, without id, size and (in a custom section) name. */
export interface WasmSection {
  readonly id: number;
  /** Only in custom sections. */
  readonly name: string | undefined;
  readonly offset: number;
  readonly size: number;
}

/** Lists the sections of a module or component. @throws TENON_BINARY_MALFORMED */
export function readSections(bytes: Uint8Array): WasmSection[] {
  const cursor = new WasmCursor(bytes, 8);
  const found: WasmSection[] = [];
  while (!cursor.isAtEnd) {
    const id = cursor.byte();
    const part = cursor.part(cursor.u32());
    const name = id === 0 ? part.name() : undefined;
    found.push({ id, name, offset: part.at, size: part.end - part.at });
  }
  return found;
}

/** Numbers of a core module's sections. */
export const sectionIds = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** The order that a core module's sections have, by number. */
const order = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/** Checks that a core module's sections are known, in order and unique. @throws TENON_BINARY_MALFORMED */
export function expectModuleOrder(sections: readonly WasmSection[]): void {
  let last = -1;
  for (const { id, offset } of sections) {
    if (id === 0) continue;
    const place = order.indexOf(id);
    if (place < 0) throw malformed(`unknown section in a core module: ${id}`, offset);
    if (place <= last) throw malformed(`section ${id} is duplicated or out of order`, offset);
    last = place;
  }
}
